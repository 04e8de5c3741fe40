import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { snapshotWith } from "./evening";
import { ANSWER_MS, PING_MS } from "./socket";
import { evening } from "./wire";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe("hello", () => {
  it("comes first, and keeps the seat it is given", () => {
    const { wire, ballots, links, live } = evening();
    wire().onopen?.();
    expect(wire().heard).toEqual([{ v: 1, t: "hello", id: "1", d: {} }]);
    wire().welcome();
    expect([ballots.token, links, live.state.seq]).toEqual(["seat-1", ["online"], 41]);
  });

  it("names seat, epoch and seq after a broken connection", async () => {
    const { wire, wires, links } = evening();
    wire().onopen?.();
    wire().welcome();
    wire().onclose?.({ code: 1006 });
    await vi.advanceTimersByTimeAsync(500);
    wire().onopen?.();
    expect(wires).toHaveLength(2);
    expect(wire().last("hello")?.d).toEqual({ token: "seat-1", epoch: "e1", seq: 41 });
    expect(links).toEqual(["online", "offline"]);
  });

  it("is said again in a moment when the server is busy", async () => {
    const { wire } = evening();
    wire().onopen?.();
    wire().say({ t: "error", re: wire().last("hello")?.id, d: { code: "busy", retry: true } });
    await vi.advanceTimersByTimeAsync(2000);
    expect(wire().heard.filter((frame) => frame.t === "hello")).toHaveLength(2);
  });

  it("is said once, however many frames show the gap", async () => {
    const { wire } = evening();
    wire().onopen?.();
    wire().welcome();
    for (const seq of [50, 51, 52]) {
      wire().say({ t: "round.closed", seq, d: { round: 9 } });
    }
    expect(wire().heard.filter((frame) => frame.t === "hello")).toHaveLength(2);
    wire().welcome(52);
    wire().say({ t: "focus", seq: 54, d: { round: 9 } });
    expect(wire().heard.filter((frame) => frame.t === "hello")).toHaveLength(3);
    wire().say({ t: "presence", d: { n: 2 } });
    await vi.advanceTimersByTimeAsync(PING_MS);
    expect(wire().heard.filter((frame) => frame.t === "hello")).toHaveLength(4);
  });

  it("is said again, for the whole picture, when there is none to go on from", () => {
    const { wire, live } = evening();
    wire().onopen?.();
    const d = { epoch: "e1", seq: 41, now: "2026-11-22T18:00:00Z", role: "voter", token: "seat-1" };
    wire().say({ t: "welcome", re: "1", d });
    expect(wire().last("hello")).toMatchObject({ id: "2", d: { token: "seat-1" } });
    wire().welcome();
    expect([live.state.seq, live.state.snapshot?.code]).toEqual([41, "AB7K3M"]);
  });

  it("is said again, for the whole snapshot, when a gap shows", () => {
    const { wire } = evening();
    wire().onopen?.();
    wire().welcome();
    wire().say({ t: "round.closed", seq: 50, d: { round: 9 } });
    expect(wire().last("hello")).toMatchObject({ id: "2", d: { token: "seat-1" } });
    expect(wire().last("hello")?.d).not.toHaveProperty("seq");
  });
});

describe("a vote", () => {
  it("counts with its ack, not before", () => {
    const { live, wire, ballots } = evening();
    wire().onopen?.();
    wire().welcome();
    live.vote(9, { options: [2] });
    const cast = wire().last("vote.cast");
    expect(cast?.d).toEqual({ round: 9, ballot: "u1", version: 1, value: { options: [2] } });
    expect(ballots.of(9)?.counted).toBe(false);
    wire().say({ t: "ack", re: cast?.id, d: { ballot: "u1", version: 1 } });
    expect(ballots.of(9)?.counted).toBe(true);
  });

  it("cast without a network is sent with the next welcome", async () => {
    const { live, wire } = evening();
    wire().onclose?.({ code: 1006 });
    live.vote(9, { options: [2] });
    await vi.advanceTimersByTimeAsync(500);
    wire().onopen?.();
    wire().welcome();
    expect(wire().last("vote.cast")?.d.ballot).toBe("u1");
  });

  it("whose ack got lost is not sent again: the snapshot knows it", async () => {
    const { live, wire, ballots } = evening();
    wire().onopen?.();
    wire().welcome();
    live.vote(9, { options: [2] });
    wire().onclose?.({ code: 1012 });
    await vi.advanceTimersByTimeAsync(500);
    wire().onopen?.();
    wire().welcome(42, { "9": { ballot: "u1", version: 1, value: { options: [2] } } });
    expect(wire().last("vote.cast")).toBeUndefined();
    expect(ballots.of(9)?.counted).toBe(true);
  });

  it("is sent again when the server is busy", async () => {
    const { live, wire } = evening();
    wire().onopen?.();
    wire().welcome();
    live.vote(9, { options: [2] });
    wire().say({ t: "error", re: wire().last("vote.cast")?.id, d: { code: "busy", retry: true } });
    await vi.advanceTimersByTimeAsync(2000);
    expect(wire().heard.filter((frame) => frame.t === "vote.cast")).toHaveLength(2);
  });

  it("is sent again when nobody answers it, whatever else the server says", async () => {
    const { live, wire } = evening();
    wire().onopen?.();
    wire().welcome();
    live.vote(9, { options: [2] });
    wire().say({ t: "presence", d: { n: 2 } });
    await vi.advanceTimersByTimeAsync(ANSWER_MS);
    expect(wire().heard.filter((frame) => frame.t === "vote.cast")).toHaveLength(2);
    wire().say({ t: "ack", re: wire().last("vote.cast")?.id, d: { ballot: "u1", version: 1 } });
    await vi.advanceTimersByTimeAsync(ANSWER_MS);
    expect(wire().heard.filter((frame) => frame.t === "vote.cast")).toHaveLength(2);
  });

  it("whose change came too late counts as it was", () => {
    const { live, wire, ballots, refusals } = evening();
    wire().onopen?.();
    wire().welcome();
    live.vote(9, { options: [2] });
    wire().say({ t: "ack", re: wire().last("vote.cast")?.id, d: { ballot: "u1", version: 1 } });
    live.vote(9, { options: [1] });
    const refusal = { code: "round_closed", retry: false };
    wire().say({ t: "error", re: wire().last("vote.cast")?.id, d: refusal });
    expect(ballots.of(9)).toEqual({
      ballot: "u1",
      version: 1,
      value: { options: [2] },
      counted: true,
    });
    expect(refusals).toEqual([[9, refusal]]);
  });

  it("is numbered anew where a change before it never arrived", async () => {
    const { live, wire, ballots, refusals } = evening();
    wire().onopen?.();
    wire().welcome();
    live.vote(9, { options: [2] });
    wire().say({ t: "ack", re: wire().last("vote.cast")?.id, d: { ballot: "u1", version: 1 } });
    wire().onclose?.({ code: 1006 });
    live.vote(9, null);
    live.vote(9, { options: [1] });
    await vi.advanceTimersByTimeAsync(500);
    wire().onopen?.();
    wire().welcome(42, { "9": { ballot: "u1", version: 1, value: { options: [2] } } });
    const held = { ballot: "u1", version: 1, value: { options: [2] } };
    const re = wire().last("vote.cast")?.id;
    wire().say({ t: "error", re, d: { code: "conflict", retry: false, ...held } });
    const again = wire().last("vote.cast");
    expect(again?.d).toMatchObject({ ballot: "u1", version: 2, value: { options: [1] } });
    wire().say({ t: "ack", re: again?.id, d: { ballot: "u1", version: 2 } });
    expect(ballots.of(9)).toMatchObject({ value: { options: [1] }, counted: true });
    expect(refusals).toEqual([]);
  });

  it("gives way to a newer one of the same ballot, from another tab", () => {
    const { live, wire, ballots, refusals } = evening();
    wire().onopen?.();
    wire().welcome();
    live.vote(9, { options: [2] });
    wire().say({ t: "ack", re: wire().last("vote.cast")?.id, d: { ballot: "u1", version: 1 } });
    live.vote(9, { options: [1] });
    const held = { ballot: "u1", version: 2, value: { options: [3] } };
    const re = wire().last("vote.cast")?.id;
    wire().say({ t: "error", re, d: { code: "conflict", retry: false, ...held } });
    wire().welcome(42, { "9": held });
    expect(ballots.of(9)).toEqual({ ...held, counted: true });
    expect(refusals).toHaveLength(1);
  });

  it("of a banned seat ends the evening for this page", async () => {
    const { live, wire, wires, links } = evening();
    wire().onopen?.();
    wire().welcome();
    live.vote(9, { options: [2] });
    const re = wire().last("vote.cast")?.id;
    wire().say({ t: "error", re, d: { code: "banned", retry: false } });
    await vi.advanceTimersByTimeAsync(60_000);
    expect([live.closedWith, links, wires.length]).toEqual([4403, ["online", "stopped"], 1]);
  });

  it("that came too late is given up, and the page told", () => {
    const { live, wire, ballots, refusals } = evening();
    wire().onopen?.();
    wire().welcome();
    live.vote(9, { options: [2] });
    const refusal = { code: "round_closed", retry: false };
    wire().say({ t: "error", re: wire().last("vote.cast")?.id, d: refusal });
    expect([ballots.of(9), refusals]).toEqual([null, [[9, refusal]]]);
  });
});

describe("the heartbeat", () => {
  it("pings every 25 s and gives up after 10 s of silence", async () => {
    const { wire, wires, links } = evening();
    wire().onopen?.();
    wire().welcome();
    await vi.advanceTimersByTimeAsync(PING_MS);
    expect(wire().last("ping")).toBeDefined();
    await vi.advanceTimersByTimeAsync(ANSWER_MS);
    expect(links).toEqual(["online", "offline"]);
    await vi.advanceTimersByTimeAsync(500);
    expect(wires).toHaveLength(2);
  });

  it("is content with any answer", async () => {
    const { wire, links } = evening();
    wire().onopen?.();
    wire().welcome();
    await vi.advanceTimersByTimeAsync(PING_MS);
    wire().say({ t: "pong", d: {} });
    await vi.advanceTimersByTimeAsync(ANSWER_MS);
    expect(links).toEqual(["online"]);
  });
});

describe("a pong", () => {
  it("that speaks of events which never came brings the whole picture", async () => {
    const { wire } = evening();
    wire().onopen?.();
    wire().welcome();
    await vi.advanceTimersByTimeAsync(PING_MS);
    wire().say({ t: "pong", d: { now: "2026-11-22T18:00:25Z", seq: 41 } });
    expect(wire().heard.filter((frame) => frame.t === "hello")).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(PING_MS);
    wire().say({ t: "pong", d: { now: "2026-11-22T18:00:50Z", seq: 43 } });
    expect(wire().last("hello")).toMatchObject({ d: { token: "seat-1" } });
    expect(wire().last("hello")?.d).not.toHaveProperty("seq");
  });

  it("sets the clock anew: the phone's own may have been put right", () => {
    vi.setSystemTime("2026-11-21T18:00:00Z");
    const { wire, live } = evening();
    wire().onopen?.();
    wire().welcome();
    vi.setSystemTime("2026-11-22T18:00:00Z");
    wire().say({ t: "pong", d: { now: "2026-11-22T18:00:01Z", seq: 41 } });
    expect(live.state.ahead).toBe(1000);
  });
});

describe("the picture that came with the page", () => {
  it("brings the server's clock", () => {
    vi.setSystemTime("2026-11-21T18:00:00Z");
    const { live } = evening();
    live.showFirst(snapshotWith());
    expect(live.state.ahead).toBe(24 * 3600 * 1000);
  });
});

describe("closes", () => {
  it.each([4400, 4401, 4403, 4404, 4410])("%i: does not come back", async (code) => {
    const { wire, wires, links } = evening();
    wire().onopen?.();
    wire().onclose?.({ code });
    await vi.advanceTimersByTimeAsync(120_000);
    expect([wires.length, links]).toEqual([1, ["stopped"]]);
  });

  it.each([1001, 1006, 1011, 1012, 4408, 4429, 4508])("%i: comes back", async (code) => {
    const { wire, wires } = evening();
    wire().onopen?.();
    wire().onclose?.({ code });
    await vi.advanceTimersByTimeAsync(500);
    expect(wires).toHaveLength(2);
  });
});
