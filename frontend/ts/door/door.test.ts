import { beforeEach, describe, expect, it } from "vitest";
import type { Answer, Reply, Server } from "./api";
import { identity, parseContent } from "./content";
import { type DoorList, find, type ListedSeat, merged, saltedHash } from "./list";
import { insideAfter, type Kind, retryDelay, type Scan, type Waiting, walkInsIn } from "./queue";
import { Recent } from "./recent";
import { MemoryStore } from "./store";
import { upload, uploadAll } from "./upload";
import { decide, type Verdict } from "./verdict";

const NOW = "2026-11-28T14:00:00.000Z";
const WIPE_AT = "2026-11-29T16:00:00.000Z";

const seat = (secretHash: string, more: Partial<ListedSeat> = {}): ListedSeat => ({
  secretHash,
  party: "code-a",
  seq: 1,
  state: "valid",
  inside: false,
  ...more,
});

const list = (...seats: ListedSeat[]): DoorList => ({
  slot: "7",
  salt: "salt",
  asOf: NOW,
  opensAt: "2026-11-28T13:00:00Z",
  closesAt: "2026-11-28T15:00:00Z",
  wipeAt: WIPE_AT,
  capacity: 10,
  questions: [],
  seats,
  bookings: [{ hash: "qr-a", party: "code-a", isAnswered: true }],
});

const scan = (uuid: string, kind: Kind = "entry"): Scan => ({
  secret: "s",
  client_uuid: uuid,
  kind,
  occurred_at: NOW,
});

const waiting = (uuid: string, moved: string[] = [], kind: Kind = "entry"): Waiting => ({
  uuid,
  slot: "7",
  order: 0,
  wipeAt: WIPE_AT,
  body: { scan: scan(uuid, kind) },
  moved,
});

const people = (uuid: string): Waiting => ({
  ...waiting(uuid),
  body: { walkIn: { party_size: 3, name: "Öztürk", client_uuid: uuid, occurred_at: NOW } },
});

const takenBack = (uuid: string, walkIn: string): Waiting => ({
  ...waiting(uuid),
  body: {
    scan: {
      walk_in: walkIn,
      client_uuid: uuid,
      kind: "undo",
      occurred_at: NOW,
      seats: [1, 2, 3],
    },
  },
});

describe("parseContent", () => {
  it("finds the secret in a ticket's address", () => {
    expect(parseContent("https://mitwirk.example.org/t/aB3_-x9/")).toEqual({ secret: "aB3_-x9" });
    expect(parseContent(" http://127.0.0.1:8000/t/aB3_-x9 ")).toEqual({ secret: "aB3_-x9" });
  });

  it("finds the code in a booking's address", () => {
    expect(parseContent("https://mitwirk.example.org/buchung/ac4k7m/geheim/")).toEqual({
      code: "AC4K7M",
    });
  });

  it("takes a typed code in any spelling", () => {
    expect(parseContent("ac4-k7m")).toEqual({ code: "AC4K7M" });
    expect(parseContent("AC4 K7M")).toEqual({ code: "AC4K7M" });
  });

  it("passes on what it does not know, within the API's length", () => {
    expect(parseContent("VDV-KA 0815")).toEqual({ secret: "VDV-KA 0815" });
    expect(parseContent("https://bahn.example/ticket/1")).toEqual({
      secret: "https://bahn.example/ticket/1",
    });
    expect(parseContent("https://")).toEqual({ secret: "https://" });
    expect(parseContent("x".repeat(5000))).toEqual({ secret: "x".repeat(128) });
  });

  it("ignores nothing at all", () => {
    expect(parseContent("  ")).toBeNull();
  });

  it("knows that two spellings are one code", () => {
    const [first, second] = [parseContent("ac4k7m"), parseContent("AC4-K7M")];
    expect(first && identity(first)).toBe(second && identity(second));
  });
});

describe("Recent", () => {
  it("takes a code once while the camera keeps seeing it", () => {
    const recent = new Recent(3000);
    const seen = [0, 1000, 3500, 6400].map((now) => recent.isNew("a", now));
    expect(seen).toEqual([true, false, false, false]);
  });

  it("takes it again after a pause, and others at once", () => {
    const recent = new Recent(3000);
    expect(recent.isNew("a", 0)).toBe(true);
    expect(recent.isNew("b", 10)).toBe(true);
    expect(recent.isNew("a", 3000)).toBe(true);
  });
});

describe("the door list", () => {
  it("hashes as the server does: SHA-256 of salt and value", async () => {
    expect(await saltedHash("", "abc")).toBe(
      "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
    );
    expect(await saltedHash("a", "bc")).toBe(await saltedHash("", "abc"));
  });

  it("finds a seat, a booking's QR code and a six-character code", () => {
    const [first, second] = [seat("one"), seat("two", { seq: 2 })];
    const held = list(first, second, seat("else", { party: "code-b" }));
    expect(find(held, "two")).toEqual({ party: "code-a", seats: [second], isWhole: false });
    expect(find(held, "qr-a")).toEqual({ party: "code-a", seats: [first, second], isWhole: true });
    expect(find(held, "code-a")).toEqual(find(held, "qr-a"));
    expect(find(held, "nobody")).toBeNull();
  });

  it("takes over what has changed and keeps the rest", () => {
    const change = list(seat("one", { inside: true }), seat("new"));
    const after = merged(list(seat("one"), seat("two")), change);
    expect(after.seats).toEqual([seat("one", { inside: true }), seat("two"), seat("new")]);
  });
});

describe("who is inside", () => {
  it("is the list's, and then the queue's in its order", () => {
    const seats = [seat("in", { inside: true }), seat("out"), seat("back")];
    const queue = [
      waiting("1", ["out"]),
      waiting("2", ["in"], "exit"),
      waiting("3", ["back"]),
      waiting("4", ["back"], "undo"),
      people("5"),
    ];
    expect([...insideAfter(seats, queue)]).toEqual(["out"]);
    expect(walkInsIn(queue)).toBe(3);
    expect(walkInsIn([...queue, takenBack("6", "5")])).toBe(0);
  });
});

describe("the verdict without a network", () => {
  const [one, two] = [seat("one"), seat("two", { seq: 2 })];
  const say = (
    held: DoorList,
    hash: string,
    more: { kind?: Kind; at?: string; inside?: string[]; seats?: number[]; force?: boolean } = {},
  ): Verdict =>
    decide(held, find(held, hash), {
      kind: more.kind ?? "entry",
      now: new Date(more.at ?? NOW),
      inside: new Set(more.inside),
      seats: more.seats,
      isForced: more.force ?? false,
    });
  const admitted = (...moved: ListedSeat[]): Verdict => ({ admitted: true, reason: "ok", moved });
  const refused = (reason: Verdict["reason"]): Verdict => ({ admitted: false, reason, moved: [] });

  it("admits once", () => {
    expect(say(list(one, two), "one")).toEqual(admitted(one));
    expect(say(list(one, two), "one", { inside: ["one"] })).toEqual(refused("already_inside"));
  });

  it("admits a party, those who are still outside, or those who were ticked", () => {
    expect(say(list(one, two), "qr-a")).toEqual(admitted(one, two));
    expect(say(list(one, two), "qr-a", { inside: ["one"] })).toEqual(admitted(two));
    expect(say(list(one, two), "code-a", { seats: [1] })).toEqual(admitted(one));
    expect(say(list(one, two), "code-a", { seats: [9] })).toEqual(refused("revoked"));
  });

  it("knows what is not good any more", () => {
    expect(say(list(seat("one", { state: "cancelled" })), "one")).toEqual(refused("cancelled"));
    expect(say(list(seat("one", { state: "revoked" })), "one")).toEqual(refused("revoked"));
    expect(say(list(one), "nobody")).toEqual(refused("unknown"));
  });

  it("keeps the door's times", () => {
    expect(say(list(one), "one", { at: "2026-11-28T12:59:59Z" })).toEqual(refused("too_early"));
    expect(say(list(one), "one", { at: "2026-11-28T15:00:01Z" })).toEqual(refused("too_late"));
  });

  it("lets a volunteer override, but not for a cancelled booking", () => {
    const late = { at: "2026-11-28T15:00:01Z", force: true };
    expect(say(list(one), "one", late)).toEqual(admitted(one));
    expect(say(list(one), "one", { inside: ["one"], force: true })).toEqual(admitted());
    expect(say(list(one), "nobody", { force: true })).toEqual(admitted());
    const cancelled = list(seat("one", { state: "cancelled" }));
    expect(say(cancelled, "one", { force: true })).toEqual(refused("cancelled"));
  });

  it("lets out who is inside, at any time", () => {
    const late = "2026-11-28T18:00:00Z";
    const asked = { kind: "exit" as const, inside: ["one"], at: late };
    expect(say(list(one, two), "qr-a", asked)).toEqual(admitted(one));
  });
});

describe("the queue", () => {
  let store: MemoryStore;
  beforeEach(() => {
    store = new MemoryStore();
  });
  const uuids = async (slot = "7") => (await store.queue(slot)).map((row) => row.uuid);

  it("keeps its order, slot by slot, until each is settled", async () => {
    for (const uuid of ["1", "2", "3"]) await store.enqueue(waiting(uuid));
    await store.enqueue({ ...waiting("4"), slot: "8" });
    await store.enqueue(waiting("1", ["later"]));
    expect(await uuids()).toEqual(["1", "2", "3"]);
    await store.settle("2");
    expect(await uuids()).toEqual(["1", "3"]);
    await store.wipe("7");
    expect([await uuids(), await uuids("8")]).toEqual([[], ["4"]]);
  });

  it("forgets everything when its time has come", async () => {
    await store.enqueue(waiting("1"));
    await store.saveList(list(seat("one")));
    await store.wipeOld(new Date("2026-11-29T15:59:59Z"));
    expect([await uuids(), (await store.list("7"))?.salt]).toEqual([["1"], "salt"]);
    await store.wipeOld(new Date(WIPE_AT));
    expect([await uuids(), await store.list("7")]).toEqual([[], null]);
  });

  it("outlasts the list and the conflicts when the device is no longer the door's", async () => {
    await store.enqueue(waiting("1"));
    await store.saveList(list(seat("one")));
    await store.forget();
    expect([await uuids(), await store.lists()]).toEqual([["1"], []]);
  });

  it("waits longer after each failure, at most a quarter of a minute", () => {
    expect([1, 2, 3, 4, 5, 20].map(retryDelay)).toEqual([1000, 2000, 4000, 8000, 15000, 15000]);
  });
});

describe("upload", () => {
  const answer = (outcome: Answer["outcome"], reason = "ok"): Answer => ({
    inside: 1,
    expected: 2,
    outcome,
    reason,
    ticket: { seq: 2, name: "Kim", code: "AC4K7M" },
    first_scan: { occurred_at: NOW, gate: "Nord" },
  });
  type Taker = Pick<Server, "batch" | "walkIn">;
  const LATER: Reply<never> = { kind: "later" };
  const REJECTED: Reply<never> = { kind: "rejected", code: "slot_full", detail: "Voll." };

  it("goes oldest first, walk-ins in their turn, and lists what the server would not do", async () => {
    const store = new MemoryStore();
    for (const row of [waiting("1"), waiting("2"), people("3"), waiting("4")]) {
      await store.enqueue(row);
    }
    const calls: string[] = [];
    const server: Taker = {
      batch: async (scans) => {
        calls.push(scans.map((scan) => scan.client_uuid).join("+"));
        const results = scans.map((scan) =>
          scan.client_uuid === "2" ? answer("conflict", "already_inside") : answer("admitted"),
        );
        return { kind: "answer", answer: { results } };
      },
      walkIn: async (walkIn) => {
        calls.push(walkIn.client_uuid);
        return REJECTED;
      },
    };
    expect(await upload(store, server, "7")).toBe("done");
    expect(calls).toEqual(["1+2", "3", "4"]);
    expect(await store.queue("7")).toEqual([]);
    const conflicts = await store.conflicts("7");
    expect(conflicts.map((row) => [row.uuid, row.reason, row.who, row.detail])).toEqual([
      ["2", "conflict", "Kim", ""],
      ["3", "walk_in_full", "Öztürk", ""],
    ]);
    expect(conflicts[0]?.firstGate).toBe("Nord");
  });

  it("lists nobody who was taken back, whether they had seats or not", async () => {
    const store = new MemoryStore();
    for (const row of [people("1"), takenBack("2", "1"), people("3")]) await store.enqueue(row);
    const server: Taker = {
      batch: async () => ({ kind: "answer", answer: { results: [answer("undone")] } }),
      walkIn: async () => REJECTED,
    };
    expect(await upload(store, server, "7")).toBe("done");
    expect((await store.conflicts("7")).map((row) => row.uuid)).toEqual(["3"]);
  });

  it("keeps all that was not answered", async () => {
    const store = new MemoryStore();
    await store.enqueue(waiting("1"));
    const server: Taker = { batch: async () => LATER, walkIn: async () => LATER };
    expect(await upload(store, server, "7")).toBe("later");
    expect(await store.queue("7")).toHaveLength(1);
    const login: Taker = { ...server, batch: async () => ({ kind: "login" }) };
    expect(await upload(store, login, "7")).toBe("login");
    expect(await store.queue("7")).toHaveLength(1);
  });

  it("hands in what waits for other dates, too", async () => {
    const store = new MemoryStore();
    await store.enqueue(waiting("1"));
    await store.enqueue({ ...waiting("2"), slot: "8" });
    const asked: string[] = [];
    const result = await uploadAll(store, (slot) => {
      asked.push(slot);
      const results = [answer("admitted")];
      return {
        batch: async () => ({ kind: "answer", answer: { results } }),
        walkIn: async () => LATER,
      };
    });
    expect([result, asked, await store.waitingSlots()]).toEqual(["done", ["7", "8"], []]);
  });

  it("finds the one that a whole batch is rejected for", async () => {
    const store = new MemoryStore();
    for (const uuid of ["1", "2", "3"]) await store.enqueue(waiting(uuid));
    const server: Taker = {
      batch: async (scans) =>
        scans.some((scan) => scan.client_uuid === "2")
          ? REJECTED
          : { kind: "answer", answer: { results: scans.map(() => answer("admitted")) } },
      walkIn: async () => LATER,
    };
    expect(await upload(store, server, "7")).toBe("done");
    expect((await store.conflicts("7")).map((row) => row.uuid)).toEqual(["2"]);
  });
});
