import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Ballots } from "./ballots";
import { snapshotWith } from "./evening";
import type { Refusal } from "./protocol";
import { ANSWER_MS, LiveSocket, PING_MS } from "./socket";
import type { Link, SocketLike } from "./wiring";

/** The other end of the wire, in the test's hand. */
class Wire implements SocketLike {
  onopen: (() => void) | null = null;
  onmessage: ((event: { data: unknown }) => void) | null = null;
  onclose: ((event: { code: number }) => void) | null = null;
  readonly heard: { t: string; id: string; d: Record<string, unknown> }[] = [];

  send(data: string): void {
    this.heard.push(JSON.parse(data));
  }

  close(): void {
    this.onclose?.({ code: 1000 });
  }

  say(frame: object): void {
    this.onmessage?.({ data: JSON.stringify({ v: 1, ...frame }) });
  }

  last(t: string) {
    return this.heard.filter((frame) => frame.t === t).at(-1);
  }

  welcome(seq = 41, own = {}): void {
    const d = { epoch: "e1", seq, now: "2026-11-22T18:00:00Z", role: "voter", token: "seat-1" };
    this.say({
      t: "welcome",
      re: this.last("hello")?.id,
      d: { ...d, snapshot: snapshotWith({}, own) },
    });
  }
}

type Answer = object | null | Promise<object>;

function evening(answer: (url: string, init: RequestInit) => Answer = () => null) {
  const wires: Wire[] = [];
  const links: Link[] = [];
  const refusals: [number, Refusal][] = [];
  const ballots = new Ballots("AB7K3M", null, () => "u1");
  const live = new LiveSocket(
    {
      socketUrl: "ws://test/ws/live/AB7K3M/",
      restUrl: "/api/v1/live/AB7K3M/",
      role: "voter",
      ballots,
      open: () => {
        const wire = new Wire();
        wires.push(wire);
        return wire;
      },
      fetch: (async (url: string, init: RequestInit) => {
        const body = await answer(url, init);
        if (body === null) {
          throw new TypeError("no network");
        }
        return body instanceof Response ? body : Response.json(body);
      }) as typeof fetch,
      random: () => 0,
    },
    {
      changed: () => undefined,
      linked: (link) => links.push(link),
      refused: (round, refusal) => refusals.push([round, refusal]),
    },
  );
  live.start();
  const wire = (): Wire => {
    const newest = wires.at(-1);
    if (!newest) {
      throw new Error("no connection was opened");
    }
    return newest;
  };
  return { live, ballots, wires, wire, links, refusals };
}

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
    const d = { epoch: "e1", seq: 41, now: "2026-11-22T18:00:00Z", role: "voter", token: "s" };
    wire().say({ t: "welcome", re: "1", d });
    expect(wire().last("hello")).toMatchObject({ id: "2", d: { token: "s" } });
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

describe("where websockets are blocked", () => {
  const rest = (url: string): object =>
    url.endsWith("seats/") ? { token: "seat-2" } : snapshotWith();

  async function blocked(answer: (url: string, init: RequestInit) => Answer) {
    const all = evening(answer);
    for (let attempt = 0; attempt < 3; attempt += 1) {
      all.wire().onclose?.({ code: 1006 });
      await vi.advanceTimersByTimeAsync(500);
    }
    return all;
  }

  it("REST brings the picture", async () => {
    const { live } = await blocked(rest);
    expect([live.link, live.state.snapshot?.code]).toEqual(["polling", "AB7K3M"]);
  });

  it("REST takes a seat and the ballot", async () => {
    const posted: unknown[] = [];
    const { live, ballots } = await blocked((url) => {
      posted.push(url);
      return rest(url);
    });
    live.vote(9, { options: [2] });
    await vi.advanceTimersByTimeAsync(0);
    expect(posted).toContain("/api/v1/live/AB7K3M/ballots/");
    expect([ballots.token, ballots.of(9)?.counted]).toEqual(["seat-2", true]);
  });

  it("a refusal of what was changed meanwhile says nothing about the change", async () => {
    const slow: ((answer: Response) => void)[] = [];
    const { live, ballots, refusals } = await blocked((url) =>
      url.endsWith("ballots/")
        ? new Promise<object>((resolve) => {
            slow.push(resolve);
          })
        : rest(url),
    );
    live.vote(9, { options: [2] });
    await vi.advanceTimersByTimeAsync(0);
    live.vote(9, { options: [1] });
    await vi.advanceTimersByTimeAsync(0);
    slow[1]?.(Response.json({}));
    await vi.advanceTimersByTimeAsync(0);
    slow[0]?.(Response.json({ code: "conflict" }, { status: 409 }));
    await vi.advanceTimersByTimeAsync(0);
    expect(ballots.of(9)).toMatchObject({ version: 2, value: { options: [1] }, counted: true });
    expect(refusals).toEqual([]);
  });

  it("a banned seat is told so, and asks no more", async () => {
    const asked: string[] = [];
    const { live } = await blocked((url) => {
      asked.push(url);
      return url.endsWith("ballots/")
        ? Response.json({ code: "banned" }, { status: 403 })
        : rest(url);
    });
    live.vote(9, { options: [2] });
    await vi.advanceTimersByTimeAsync(0);
    expect([live.link, live.closedWith]).toEqual(["stopped", 4403]);
    const before = asked.length;
    await vi.advanceTimersByTimeAsync(60_000);
    expect(asked).toHaveLength(before);
  });

  it("an answer that never comes is given up, and asked for again", async () => {
    const asked: string[] = [];
    const { live, wire } = await blocked((url, init) => {
      asked.push(url);
      return new Promise<object>((_resolve, reject) => {
        init.signal?.addEventListener("abort", () => reject(init.signal?.reason));
      });
    });
    for (let attempt = 0; attempt < 3; attempt += 1) {
      wire().onclose?.({ code: 1006 });
      await vi.advanceTimersByTimeAsync(500);
    }
    expect(asked).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(ANSWER_MS + 3000);
    expect([asked.length, live.link]).toEqual([2, "offline"]);
  });

  it("a seat that is no longer good is given back", async () => {
    const { live, ballots } = evening((url, init) => {
      const { Authorization } = init.headers as Record<string, string>;
      return Authorization ? Response.json({ code: "x" }, { status: 401 }) : rest(url);
    });
    ballots.token = "of yesterday";
    for (let attempt = 0; attempt < 3; attempt += 1) {
      await vi.advanceTimersByTimeAsync(ANSWER_MS + 1000);
    }
    await vi.advanceTimersByTimeAsync(ANSWER_MS);
    expect([live.link, ballots.token]).toEqual(["polling", ""]);
  });

  it("the socket takes over again as soon as it can", async () => {
    const { live, wire } = await blocked(rest);
    wire().onopen?.();
    wire().welcome();
    expect(live.link).toBe("online");
  });
});
