/** Hands the queue in: the oldest first, in batches; nothing leaves it without an answer. */

import type { Answer, Reply, Server } from "./api";
import type { Conflict, Scan, Waiting } from "./queue";
import type { Store } from "./store";

/** The API takes 500; fewer show progress sooner. */
const BATCH = 100;

export type Upload = "done" | "later" | "login";
type Taker = Pick<Server, "batch" | "walkIn">;

/** All that waits on this device, whichever date it was for; the worst that came of it. */
export async function uploadAll(store: Store, serverOf: (slot: string) => Taker): Promise<Upload> {
  for (const slot of await store.waitingSlots()) {
    const result = await upload(store, serverOf(slot), slot);
    if (result !== "done") return result;
  }
  return "done";
}

export async function upload(store: Store, server: Taker, slot: string): Promise<Upload> {
  let size = BATCH;
  for (;;) {
    const batch = nextBatch(await store.queue(slot), size);
    if (batch.length === 0) return "done";
    const reply = await send(server, batch);
    if (reply.kind === "later" || reply.kind === "login") return reply.kind;
    if (reply.kind === "rejected" && batch.length > 1) {
      // One of them is at fault: find out which.
      size = 1;
      continue;
    }
    for (const [index, waiting] of batch.entries()) {
      const answer = reply.kind === "answer" ? reply.answer[index] : undefined;
      const conflict =
        reply.kind === "rejected" ? rejected(waiting, reply) : conflictOf(waiting, answer);
      await store.settle(waiting.uuid, conflict);
      if (answer?.outcome === "undone") await store.dismiss(takenBack(waiting));
    }
  }
}

/** Scans that stand together at the head of the queue, or the one walk-in there. */
function nextBatch(queue: readonly Waiting[], size: number): readonly Waiting[] {
  const walkIn = queue.findIndex((waiting) => "walkIn" in waiting.body);
  if (walkIn === 0) return queue.slice(0, 1);
  return queue.slice(0, walkIn === -1 ? size : Math.min(size, walkIn));
}

/** People without a booking who were taken back: whether they had seats is no matter any more. */
function takenBack({ body }: Waiting): string {
  return "scan" in body && "walk_in" in body.scan ? body.scan.walk_in : "";
}

/** The answers in the batch's order; a walk-in that was taken needs none. */
async function send(
  server: Taker,
  batch: readonly Waiting[],
): Promise<Reply<readonly (Answer | undefined)[]>> {
  const first = batch[0];
  if (first !== undefined && "walkIn" in first.body) {
    const reply = await server.walkIn(first.body.walkIn);
    return reply.kind === "answer" ? { kind: "answer", answer: [undefined] } : reply;
  }
  const reply = await server.batch(batch.flatMap(scanIn));
  return reply.kind === "answer" ? { kind: "answer", answer: reply.answer.results } : reply;
}

function scanIn({ body }: Waiting): Scan[] {
  return "scan" in body ? [body.scan] : [];
}

/** We let them in, and the server says that it would not have. */
function conflictOf(waiting: Waiting, answer: Answer | undefined): Conflict | undefined {
  if (answer === undefined || answer.outcome === "admitted" || answer.outcome === "undone") {
    return undefined;
  }
  return {
    ...common(waiting),
    reason: answer.outcome === "conflict" ? "conflict" : answer.reason,
    who: answer.ticket?.name || answer.booking?.name || "",
    seats: answer.ticket ? String(answer.ticket.seq) : "",
    firstTime: answer.first_scan?.occurred_at ?? "",
    firstGate: answer.first_scan?.gate ?? "",
    detail: "",
  };
}

interface Rejection {
  readonly code: string;
  readonly detail: string;
}

function rejected(waiting: Waiting, { code, detail }: Rejection): Conflict {
  const none = { ...common(waiting), who: "", seats: "", firstTime: "", firstGate: "" };
  if (!("walkIn" in waiting.body)) return { ...none, reason: "other", detail };
  const { name, party_size } = waiting.body.walkIn;
  const people = { who: name, people: String(party_size) };
  // What the server says of a full date is for those who book at home.
  if (code === "slot_full") return { ...none, ...people, reason: "walk_in_full", detail: "" };
  return { ...none, ...people, reason: "walk_in", detail };
}

function common({ uuid, slot, wipeAt, body }: Waiting) {
  const occurredAt = "scan" in body ? body.scan.occurred_at : body.walkIn.occurred_at;
  return { uuid, slot, wipeAt, occurredAt };
}
