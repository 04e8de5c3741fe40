/** What the server has not acknowledged yet: scans and people without a booking, oldest first. */

import type { Reading } from "./content";

export type Kind = "entry" | "exit" | "undo";
export type AnswerValue = string | number | boolean | readonly string[];
export type Answers = Readonly<Record<string, AnswerValue>>;

export interface Sent {
  readonly client_uuid: string;
  readonly occurred_at: string;
  readonly gate?: string;
  readonly offline?: boolean;
}

/** A scan as the API takes it. */
export type Scan = Reading &
  Sent & {
    readonly kind: Kind;
    readonly seats?: readonly number[];
    readonly force?: string;
    readonly answers?: Answers;
  };

/** People without a booking, as the API takes them. */
export interface WalkIn extends Sent {
  readonly party_size: number;
  readonly name: string;
}

/** `moved`: the seats that this device let in or out by its own list, in hashes. */
export interface Waiting {
  readonly uuid: string;
  readonly slot: string;
  readonly order: number;
  readonly wipeAt: string;
  readonly body: { readonly scan: Scan } | { readonly walkIn: WalkIn };
  readonly moved: readonly string[];
}

/** An answer of the server that somebody has to look at. */
export interface Conflict {
  readonly uuid: string;
  readonly slot: string;
  readonly wipeAt: string;
  readonly occurredAt: string;
  readonly reason: string;
  readonly who: string;
  readonly seats: string;
  readonly firstTime: string;
  readonly firstGate: string;
  readonly detail: string;
  /** How many came without a booking. */
  readonly people?: string;
}

/** Who is inside after what waits: the seats of the list, then the queue upon it, in its order. */
export function insideAfter(
  seats: readonly { readonly secretHash: string; readonly inside: boolean }[],
  queue: readonly Waiting[],
): ReadonlySet<string> {
  const inside = new Set(seats.filter((seat) => seat.inside).map((seat) => seat.secretHash));
  for (const { body, moved } of queue) {
    if (!("scan" in body)) continue;
    for (const hash of moved) {
      if (body.scan.kind === "entry") inside.add(hash);
      else inside.delete(hash);
    }
  }
  return inside;
}

/** People without a booking that wait to be uploaded, but for those who are taken back. */
export function walkInsIn(queue: readonly Waiting[]): number {
  return queue.reduce((people, { body }) => {
    if ("walkIn" in body) return people + body.walkIn.party_size;
    return "walk_in" in body.scan ? people - (body.scan.seats?.length ?? 0) : people;
  }, 0);
}

/** Milliseconds to wait before the next try: 1, 2, 4, 8 seconds, then every 15. */
export function retryDelay(failures: number): number {
  return Math.min(1000 * 2 ** Math.max(0, failures - 1), 15_000);
}
