import { describe, expect, it } from "vitest";
import type { Reply } from "./api";
import { Counter, type Problem, QUARTER_MS, type Shown } from "./counter";
import { MemoryTaps, type Tap } from "./store";

const NOON = Date.parse("2026-11-28T12:00:00Z");

/** A counter at a server that answers as `replies` says, one after the other. */
class Stand {
  time = NOON;
  readonly sent: Tap[][] = [];
  readonly problems: (Problem | null)[] = [];
  shown: Shown = { total: 0, waiting: 0 };
  readonly store = new MemoryTaps();
  readonly counter: Counter;
  #uuids = 0;

  constructor(reply: (taps: readonly Tap[]) => Reply, total = 0) {
    this.counter = new Counter("7", total, this.store, {
      now: () => new Date(this.time),
      uuid: () => `tap-${++this.#uuids}`,
      send: async (taps) => {
        this.sent.push([...taps]);
        return reply(taps);
      },
      show: (shown) => {
        this.shown = shown;
      },
      problem: (problem) => this.problems.push(problem),
    });
  }
}

function counted(taps: readonly Tap[], total: number, code = ""): Reply {
  const outcome = code === "" ? "counted" : "refused";
  const results = taps.map(({ client_uuid }) => ({ client_uuid, outcome, code }) as const);
  return { kind: "answer", answer: { results, total } };
}

describe("the counter", () => {
  it("shows a tap at once and sends it later", async () => {
    const stand = new Stand((taps) => counted(taps, 15), 8);
    await stand.counter.tap(1);
    await stand.counter.tap(5);
    expect(stand.shown).toEqual({ total: 14, waiting: 2 });
    expect(await stand.counter.sendAll()).toBe(true);
    expect(stand.sent.map((taps) => taps.map((tap) => tap.amount))).toEqual([[1, 5]]);
    expect(stand.shown).toEqual({ total: 15, waiting: 0 });
  });

  it("keeps what was not acknowledged and sends the very same again", async () => {
    let online = false;
    const stand = new Stand((taps) => (online ? counted(taps, 1) : { kind: "later" }));
    await stand.counter.tap(1);
    expect(await stand.counter.sendAll()).toBe(false);
    expect(stand.shown).toEqual({ total: 1, waiting: 1 });
    online = true;
    expect(await stand.counter.sendAll()).toBe(true);
    expect(stand.sent[1]).toEqual(stand.sent[0]);
    expect(stand.shown).toEqual({ total: 1, waiting: 0 });
  });

  it("takes the server's number, and what waits upon it", async () => {
    const stand = new Stand(() => ({ kind: "later" }));
    await stand.counter.tap(5);
    await stand.counter.told(34);
    expect(stand.shown).toEqual({ total: 39, waiting: 1 });
  });

  it("sends a long queue in parts", async () => {
    let total = 0;
    const stand = new Stand((taps) => {
      total += taps.length;
      return counted(taps, total);
    });
    for (let n = 0; n < 120; n += 1) await stand.counter.tap(1);
    await stand.counter.sendAll();
    expect(stand.sent.map((taps) => taps.length)).toEqual([50, 50, 20]);
    expect(stand.shown).toEqual({ total: 120, waiting: 0 });
  });

  it("corrects the quarter of an hour in which it counted last", async () => {
    const stand = new Stand((taps) => counted(taps, 0));
    await stand.counter.tap(1);
    stand.time = NOON + QUARTER_MS + 1000;
    await stand.counter.tap(-1);
    await stand.counter.tap(-1);
    const quarters = (await stand.store.waiting("7")).map((tap) => [tap.tapped_at, tap.amount]);
    expect(quarters).toEqual([
      ["2026-11-28T12:00:00.000Z", 1],
      ["2026-11-28T12:00:00.000Z", -1],
      ["2026-11-28T12:15:01.000Z", -1],
    ]);
  });

  it("lets go of a correction that went below nothing, and says so", async () => {
    const stand = new Stand((taps) => counted(taps, 3, "below_zero"), 3);
    await stand.counter.tap(-5);
    expect(await stand.counter.sendAll()).toBe(true);
    expect(stand.problems).toEqual(["below_zero"]);
    expect(stand.shown).toEqual({ total: 3, waiting: 0 });
  });

  it("keeps what cannot be counted yet, and what a renewed code refuses", async () => {
    const early = new Stand((taps) => counted(taps, 0, "counting_not_open"));
    await early.counter.tap(1);
    expect(await early.counter.sendAll()).toBe(false);
    expect(early.shown.waiting).toBe(1);
    const renewed = new Stand(() => ({ kind: "unknown" }));
    await renewed.counter.tap(1);
    expect(await renewed.counter.sendAll()).toBe(false);
    expect([renewed.problems, renewed.shown.waiting]).toEqual([["unknown"], 1]);
  });
});
