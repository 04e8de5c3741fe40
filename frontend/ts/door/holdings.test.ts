import { beforeEach, describe, expect, it } from "vitest";
import type { Answer, Reply, Server, WalkedIn } from "./api";
import { Holdings } from "./holdings";
import { type DoorList, type DoorQuestion, type ListedSeat, saltedHash } from "./list";
import type { Kind, Scan } from "./queue";
import { MemoryStore } from "./store";

const NOW = "2026-11-28T14:00:00.000Z";
const SALT = "salt";
const hash = (value: string) => saltedHash(SALT, value);

const seat = async (secret: string, seq: number, inside = false): Promise<ListedSeat> => ({
  secretHash: await hash(secret),
  party: await hash("AC4K7M"),
  seq,
  state: "valid",
  inside,
});

const list = (...seats: ListedSeat[]): DoorList => ({
  slot: "7",
  salt: SALT,
  asOf: NOW,
  opensAt: "2026-11-28T13:00:00Z",
  closesAt: "2026-11-28T15:00:00Z",
  wipeAt: "2026-11-29T16:00:00Z",
  capacity: 10,
  questions: [],
  seats,
  bookings: [],
});

const answer = (outcome: Answer["outcome"], seats: number[], reason = "ok"): Answer => ({
  inside: 0,
  expected: 0,
  outcome,
  reason,
  ticket: { seq: 1, name: "", code: "AC4K7M" },
  seats,
  first_scan: null,
});

const walkedIn: WalkedIn = {
  code: "WK7IN2",
  tickets: [
    { seq: 1, secret: "first" },
    { seq: 2, secret: "second" },
  ],
  inside: 2,
  expected: 2,
};

describe("what the server has answered", () => {
  let store: MemoryStore;
  let holdings: Holdings;
  beforeEach(async () => {
    store = new MemoryStore();
    await store.saveList(list(await seat("one", 1), await seat("two", 2)));
    holdings = new Holdings(store, "7");
    await holdings.load();
  });

  const tell = async (secret: string, kind: Kind, said: Answer) => {
    const scan: Scan = { secret, client_uuid: "u", kind, occurred_at: NOW };
    await holdings.answered(scan, said, await holdings.find(scan));
  };
  const tellParty = async (said: Answer, seats?: number[]) => {
    const scan: Scan = { code: "AC4K7M", client_uuid: "u", kind: "entry", occurred_at: NOW };
    const asked = seats === undefined ? scan : { ...scan, seats };
    await holdings.answered(asked, said, await holdings.find(scan));
  };
  /** By their numbers, as the device would know it after a reload. */
  const inside = async () => {
    const kept = (await store.list("7"))?.seats ?? [];
    return kept.filter((row) => row.inside).map((row) => row.seq);
  };

  it("stands in the list at once: in, taken back, in, out", async () => {
    await tell("one", "entry", answer("admitted", [1]));
    expect(await inside()).toEqual([1]);
    await tell("one", "undo", answer("undone", [1]));
    expect(await inside()).toEqual([]);
    await tell("one", "entry", answer("admitted", [1]));
    await tell("one", "exit", answer("admitted", [1]));
    expect(await inside()).toEqual([]);
  });

  it("moves the seats that were let in, and no others", async () => {
    await tellParty(answer("admitted", [2]));
    expect(await inside()).toEqual([2]);
    await tellParty(answer("admitted", []));
    expect(await inside()).toEqual([2]);
  });

  it("is believed when another gate has let them in", async () => {
    await tellParty(answer("refused", [], "already_inside"), [1]);
    expect(await inside()).toEqual([1]);
    await tellParty(answer("refused", [], "already_inside"));
    expect(await inside()).toEqual([1, 2]);
  });

  it("says nothing of who is inside when it refuses for another reason", async () => {
    await tell("one", "entry", answer("refused", [], "too_late"));
    await tell("one", "undo", answer("refused", [], "not_undoable"));
    expect(await inside()).toEqual([]);
  });

  it("brings in a ticket that is younger than the list", async () => {
    await tell("new", "entry", {
      ...answer("admitted", [3]),
      ticket: { seq: 3, name: "", code: "NE3WER" },
    });
    expect(await inside()).toEqual([3]);
    expect((await holdings.find({ code: "NE3WER" }))?.seats).toHaveLength(1);
    await tell("bus", "entry", { ...answer("refused", [], "unknown"), ticket: null });
    expect((await store.list("7"))?.seats).toHaveLength(3);
  });

  it("brings in people without a booking", async () => {
    await holdings.walkedIn(walkedIn);
    expect(await holdings.counts()).toEqual({ inside: 2, expected: 4 });
    expect((await holdings.find({ code: "WK7IN2" }))?.seats).toHaveLength(2);
  });

  it("leaves open what people without a booking are asked at the door", async () => {
    const question = { id: 1, kind: "text", text: "Bus?" } as DoorQuestion;
    await store.saveList({ ...list(), questions: [question] });
    await holdings.load();
    await holdings.walkedIn(walkedIn);
    const found = await holdings.find({ code: "WK7IN2" });
    expect(found && holdings.questionsFor(found)).toEqual([question]);
  });

  it("outlasts a list that was on its way before", async () => {
    let arrive: (reply: Reply<DoorList>) => void = () => undefined;
    const server: Pick<Server, "list"> = {
      list: () =>
        new Promise((resolve) => {
          arrive = resolve;
        }),
    };
    const refreshed = holdings.refresh(server);
    await tell("one", "undo", answer("undone", [1]));
    await holdings.walkedIn(walkedIn);
    const older = list(await seat("one", 1, true), await seat("two", 2, true));
    arrive({ kind: "answer", answer: older });
    expect(await refreshed).toBe(true);
    // The second came in at another gate; of the first we know better.
    expect(await inside()).toEqual([2, 1, 2]);
    expect((await holdings.inside()).has(await hash("one"))).toBe(false);
  });

  it("stays away once the list is wiped, whatever is on its way", async () => {
    let arrive: (reply: Reply<DoorList>) => void = () => undefined;
    const server: Pick<Server, "list"> = {
      list: () =>
        new Promise((resolve) => {
          arrive = resolve;
        }),
    };
    const refreshed = holdings.refresh(server);
    await holdings.wipe();
    arrive({ kind: "answer", answer: list(await seat("one", 1)) });
    expect(await refreshed).toBe(false);
    await tell("one", "entry", answer("admitted", [1]));
    expect(await store.list("7")).toBeNull();
  });
});
