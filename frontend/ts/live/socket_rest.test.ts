import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { snapshotWith } from "./evening";
import { ANSWER_MS, FIRST_POLL_MS } from "./socket";
import { type Answer, evening } from "./wire";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

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

  it("a change waits for the answer to what it changes, and is not what was refused", async () => {
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
    expect(slow).toHaveLength(1);
    slow[0]?.(Response.json({ code: "conflict" }, { status: 409 }));
    await vi.advanceTimersByTimeAsync(0);
    slow[1]?.(Response.json({}));
    await vi.advanceTimersByTimeAsync(0);
    expect(ballots.of(9)).toMatchObject({ version: 2, value: { options: [1] }, counted: true });
    expect(refusals).toEqual([]);
  });

  it("a vote and a question from the room take one seat", async () => {
    const seats: ((answer: object) => void)[] = [];
    const { live, ballots } = await blocked((url) =>
      url.endsWith("seats/")
        ? new Promise<object>((resolve) => {
            seats.push(resolve);
          })
        : rest(url),
    );
    live.vote(9, { options: [2] });
    void live.request("qa.ask", { id: "q1", text: "Wann?" });
    await vi.advanceTimersByTimeAsync(0);
    expect(seats).toHaveLength(1);
    seats[0]?.({ token: "seat-2" });
    await vi.waitFor(() => expect(ballots.of(9)?.counted).toBe(true));
  });

  it("a seat that was taken meanwhile is kept when the socket brings another", async () => {
    let seat: (answer: object) => void = () => undefined;
    const { live, wire, ballots } = await blocked((url) =>
      url.endsWith("seats/")
        ? new Promise<object>((resolve) => {
            seat = resolve;
          })
        : rest(url),
    );
    live.vote(9, { options: [2] });
    await vi.advanceTimersByTimeAsync(0);
    wire().onopen?.();
    seat({ token: "seat-2" });
    await vi.waitFor(() => expect(ballots.of(9)?.counted).toBe(true));
    wire().welcome();
    expect([ballots.token, wire().last("hello")?.d]).toEqual(["seat-2", { token: "seat-2" }]);
    expect(wire().last("vote.cast")).toBeUndefined();
  });

  it("two questions answered at once take one seat", async () => {
    const seats: ((answer: object) => void)[] = [];
    const cast: unknown[] = [];
    const { live } = await blocked((url, init) => {
      if (url.endsWith("ballots/")) {
        cast.push((init.headers as Record<string, string>).Authorization);
        return {};
      }
      return url.endsWith("seats/")
        ? new Promise<object>((resolve) => {
            seats.push(resolve);
          })
        : rest(url);
    });
    live.vote(9, { options: [2] });
    live.vote(10, { options: [4] });
    await vi.advanceTimersByTimeAsync(0);
    for (const [number, answer] of seats.entries()) {
      answer({ token: `seat-${number}` });
    }
    await vi.waitFor(() => expect(cast).toEqual(["Seat seat-0", "Seat seat-0"]));
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

  it("where the server waits for something new, it is asked again soon, with what is known", async () => {
    const known: (string | undefined)[] = [];
    const { live } = await blocked((_url, init) => {
      known.push((init.headers as Record<string, string>)["If-None-Match"]);
      return known.length % 2 === 0
        ? new Response(null, { status: 304 })
        : Response.json(snapshotWith(), { headers: { ETag: `"${known.length}"` } });
    });
    const pictureAfter = async (polls: number) => {
      while (known.length < polls) {
        await vi.advanceTimersByTimeAsync(50);
      }
      return live.state.snapshot;
    };
    const third = await pictureAfter(3);
    expect([known.slice(0, 3), live.link]).toEqual([[undefined, '"1"', '"1"'], "polling"]);
    expect(await pictureAfter(4)).toBe(third);
    expect(await pictureAfter(5)).not.toBe(third);
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

  it("a fresh page goes on by REST at the first attempt that fails", async () => {
    const { live, wire } = evening(rest);
    wire().onclose?.({ code: 1006 });
    await vi.advanceTimersByTimeAsync(0);
    expect(live.link).toBe("polling");
  });

  it("a fresh page goes on by REST where attempts are swallowed", async () => {
    const { live } = evening(rest);
    await vi.advanceTimersByTimeAsync(FIRST_POLL_MS - 1);
    expect(live.link).toBe("connecting");
    await vi.advanceTimersByTimeAsync(1);
    expect(live.link).toBe("polling");
  });

  it("a page that had its socket does not ask at once when the server starts again", async () => {
    const asked: string[] = [];
    const { live, wire } = evening((url) => {
      asked.push(url);
      return rest(url);
    });
    wire().onopen?.();
    wire().welcome();
    for (const _attempt of [1, 2]) {
      wire().onclose?.({ code: 1006 });
      await vi.advanceTimersByTimeAsync(500);
    }
    expect([asked.length, live.link]).toEqual([0, "offline"]);
  });

  it("the room asks, agrees and reacts", async () => {
    const said: unknown[] = [];
    const { live } = await blocked((url, init) => {
      said.push([init.method, url.replace("/api/v1/live/AB7K3M/", "")]);
      return url.endsWith("reactions/")
        ? new Response(null, { status: 204 })
        : url.endsWith("contributions/")
          ? Response.json({ state: "pending" }, { status: 201 })
          : rest(url);
    });
    said.length = 0;
    const asked = { id: "u-1", kind: "question", text: "Wann?" };
    expect(await live.request("qa.ask", asked)).toEqual({
      refusal: null,
      d: { state: "pending" },
    });
    expect(await live.command("qa.upvote", { id: "u-1", up: true })).toBeNull();
    expect(await live.command("qa.upvote", { id: "u-1", up: false })).toBeNull();
    expect(await live.command("react", { kind: "up" })).toBeNull();
    expect(said).toEqual([
      ["POST", "seats/"],
      ["POST", "contributions/"],
      ["PUT", "contributions/u-1/upvote/"],
      ["DELETE", "contributions/u-1/upvote/"],
      ["POST", "reactions/"],
    ]);
  });

  it("what the room says is refused in the words of the socket", async () => {
    const answers = [
      Response.json({ code: "too_many" }, { status: 429 }),
      Response.json({ code: "room_closed" }, { status: 409 }),
      new Response("", { status: 502 }),
    ];
    const { live } = await blocked((url) =>
      url.endsWith("reactions/") ? (answers.shift() ?? {}) : rest(url),
    );
    const refusals = [];
    for (const _each of [1, 2, 3]) {
      refusals.push(await live.command("react", { kind: "up" }));
    }
    refusals.push(await live.command("round.open", { round: 9 }));
    expect(refusals).toEqual([
      { code: "rate_limited", retry: true },
      { code: "room_closed", retry: false },
      { code: "offline", retry: true },
      { code: "offline", retry: true },
    ]);
  });

  it("the socket takes over again as soon as it can", async () => {
    const { live, wire } = await blocked(rest);
    wire().onopen?.();
    wire().welcome();
    expect(live.link).toBe("online");
  });
});
