import { describe, expect, it } from "vitest";
import { type ROUND, snapshotWith } from "./evening";
import type { ServerFrame } from "./protocol";
import { parseFrame } from "./protocol";
import { findRound, type LiveState, NOTHING_YET, received, stageOf, welcomed } from "./state";

const NOW = Date.parse("2026-11-22T18:00:00Z");

function known(round: Partial<typeof ROUND> = {}): LiveState {
  const snapshot = snapshotWith(round);
  return welcomed(
    NOTHING_YET,
    { epoch: "e1", seq: 41, now: snapshot.now, role: "voter", snapshot },
    NOW,
  );
}

function roundOf(state: LiveState) {
  return state.snapshot && findRound(state.snapshot, 9)?.round;
}

function tally(rev: number, ballots: number, final = false): ServerFrame {
  return { t: "tally", d: { round: 9, rev, ballots, counts: { "1": ballots }, final } };
}

describe("counts by hand", () => {
  const paper = [{ kind: "hands", ballots: 9, counts: { "1": 9 } }];

  it("come with the tally, are taken back and are hidden with it", () => {
    const shown = received(known(), { t: "tally", d: { ...tally(4, 2).d, paper } }).state;
    expect(roundOf(shown)?.paper).toEqual(paper);
    const none = received(shown, { t: "tally", d: { ...tally(4, 2).d, paper: [] } }).state;
    expect(roundOf(none)?.paper).toEqual([]);
    const hidden = received(shown, { t: "round.hidden", seq: 42, d: { round: 9 } }).state;
    expect(roundOf(hidden)?.paper).toBeNull();
  });
});

describe("welcome", () => {
  it("takes the snapshot with its seq and the server's clock", () => {
    const state = welcomed(
      NOTHING_YET,
      {
        epoch: "e1",
        seq: 41,
        now: "2026-11-22T18:00:05Z",
        role: "voter",
        snapshot: snapshotWith(),
      },
      NOW,
    );
    expect([state.epoch, state.seq, state.ahead]).toEqual(["e1", 41, 5000]);
  });

  it("keeps the picture and the old seq when missed events are replayed", () => {
    const state = welcomed(known(), { epoch: "e1", seq: 44, now: "", role: "voter" }, NOW);
    expect([state.seq, state.ahead, state.snapshot?.code]).toEqual([41, 0, "AB7K3M"]);
  });

  it("forgets the picture of another epoch", () => {
    const state = welcomed(known(), { epoch: "e2", seq: 2, now: "", role: "voter" }, NOW);
    expect(state.snapshot).toBeNull();
  });
});

describe("control events", () => {
  it("leave a question that is put again where it stands", () => {
    const before = known();
    const [first] = before.snapshot?.questions ?? [];
    const second = { ...first, id: 5, rounds: [{ ...first?.rounds[0], id: 10 }] };
    const put = (seq: number, round: number, question: unknown) =>
      ({ t: "round.opened", seq, d: { round, question } }) as ServerFrame;
    const two = received(before, put(42, 10, second)).state;
    const again = { ...first, rounds: [...(first?.rounds ?? []), { ...first?.rounds[0], id: 11 }] };
    const { state } = received(two, put(43, 11, again));
    expect(state.snapshot?.questions.map(({ id }) => id)).toEqual([4, 5]);
    expect(state.snapshot?.focus).toBe(11);
  });

  it("apply in their order", () => {
    const { state, gap } = received(known(), { t: "round.closed", seq: 42, d: { round: 9 } });
    expect([gap, state.seq, roundOf(state)?.state]).toEqual([false, 42, "closed"]);
  });

  it("are ignored the second time", () => {
    const before = known();
    const step = received(before, { t: "round.closed", seq: 41, d: { round: 9 } });
    expect(step).toEqual({ state: before, gap: false });
  });

  it("tell of a gap and change nothing then", () => {
    const before = known();
    const step = received(before, { t: "round.closed", seq: 43, d: { round: 9 } });
    expect(step).toEqual({ state: before, gap: true });
  });

  it("tell of a gap when they speak of an unknown round or of an unknown kind", () => {
    expect(received(known(), { t: "round.opened", seq: 42, d: { round: 10 } }).gap).toBe(true);
    expect(received(known(), { t: "never.heard", seq: 42, d: {} }).gap).toBe(true);
  });

  it("reveal and hide counts", () => {
    const revealed = { t: "round.revealed", seq: 42, d: { round: 9, counts: { "1": 3 }, rev: 4 } };
    const shown = received(known({ state: "closed" }), revealed).state;
    expect(roundOf(shown)?.counts).toEqual({ "1": 3 });
    const hidden = received(shown, { t: "round.hidden", seq: 43, d: { round: 9 } }).state;
    expect(roundOf(hidden)?.counts).toBeNull();
  });
});

describe("tallies", () => {
  it("replace the numbers", () => {
    const { state } = received(known(), tally(5, 5));
    expect([roundOf(state)?.rev, roundOf(state)?.ballots]).toEqual([5, 5]);
  });

  it("with a lower rev are ignored", () => {
    expect(roundOf(received(known(), tally(2, 2)).state)?.ballots).toBe(3);
  });

  it("do not follow a final one", () => {
    const final = received(known(), tally(5, 5, true)).state;
    expect(roundOf(received(final, tally(5, 4)).state)?.ballots).toBe(5);
  });
});

describe("the stage", () => {
  it("follows the session and its round", () => {
    expect(stageOf({ ...snapshotWith(), state: "draft" })).toBe("before");
    expect(stageOf({ ...snapshotWith(), focus: null })).toBe("between");
    expect(stageOf(snapshotWith({ state: "draft" }))).toBe("between");
    expect(stageOf(snapshotWith())).toBe("ballot");
    expect(stageOf(snapshotWith({ state: "closed" }))).toBe("counting");
    const counts = { "1": 3 };
    expect(stageOf(snapshotWith({ state: "closed", revealed: true, counts }))).toBe("result");
    expect(stageOf({ ...snapshotWith(), state: "ended" })).toBe("ended");
  });
});

describe("frames", () => {
  it("that are none are dropped", () => {
    expect([parseFrame("{"), parseFrame("[]"), parseFrame('"x"'), parseFrame("{}")]).toEqual([
      null,
      null,
      null,
      null,
    ]);
  });

  it("always have a body", () => {
    expect(parseFrame('{"t":"pong"}')).toEqual({ t: "pong", d: {} });
  });
});

describe("what only the result may say", () => {
  it("takes the right answers of a quiz with it", () => {
    const shown = { round: 9, revealed: true, config: { right: [1] } };
    const { state } = received(known(), { t: "round.revealed", seq: 42, d: shown });
    expect(state.snapshot?.questions[0]?.config).toEqual({ right: [1] });
  });

  it("waits for the tally when words went off the cloud", () => {
    const before = known({ counts: { "1": 2 } });
    const { state, gap } = received(before, { t: "words", seq: 42, d: { round: 9, hidden: 1 } });
    expect([gap, state.seq, roundOf(state)?.counts]).toEqual([false, 42, { "1": 2 }]);
  });

  it("takes the quiz's list as it is told", () => {
    const leaders = [{ place: 1, nickname: "Anna", score: 2 }];
    const { state } = received(known(), { t: "leaders", d: { leaders } });
    expect(state.snapshot?.leaders).toEqual(leaders);
  });
});
