import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { snapshotWith } from "./live/evening";

/** The socket the remote opened, in the test's hand. */
class Wire {
  static newest: Wire | null = null;
  onopen: (() => void) | null = null;
  onmessage: ((event: { data: unknown }) => void) | null = null;

  constructor() {
    Wire.newest = this;
  }

  send(): void {}

  close(): void {}

  say(t: string, d: object): void {
    this.onmessage?.({ data: JSON.stringify({ v: 1, t, d }) });
  }

  welcome(seq: number): void {
    const now = "2026-11-22T18:00:00Z";
    this.say("welcome", { epoch: "e1", seq, now, role: "facilitator", snapshot: snapshotWith() });
  }
}

const asked: string[] = [];
const answers: [string, number][] = [];

function markup(seq: number, words: string): string {
  return `<div data-run data-seq="${seq}">${words}</div>`;
}

function shown(): string | null | undefined {
  return document.querySelector("[data-run]")?.textContent;
}

beforeEach(async () => {
  vi.useFakeTimers();
  vi.resetModules();
  vi.stubGlobal("WebSocket", Wire);
  vi.stubGlobal("fetch", async (url: string) => {
    asked.push(url);
    const [body, status] = answers.shift() ?? ["", 404];
    return new Response(body, { status });
  });
  document.body.innerHTML = `<div data-live="facilitator" data-state="live" data-socket="/ws/">
    ${markup(41, "drawn")}</div>`;
  await import("./remote");
  Wire.newest?.onopen?.();
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
  asked.length = answers.length = 0;
});

describe("the remote", () => {
  it("stays as it was drawn where nothing has happened since", async () => {
    Wire.newest?.welcome(41);
    await vi.advanceTimersByTimeAsync(0);
    expect([asked, shown()]).toEqual([[], "drawn"]);
  });

  it("is drawn anew where something happened before it was connected", async () => {
    answers.push([markup(42, "closed meanwhile"), 200]);
    Wire.newest?.welcome(42);
    await vi.advanceTimersByTimeAsync(0);
    expect(shown()).toBe("closed meanwhile");
  });

  it("asks again a server that is just starting", async () => {
    answers.push(["Bad Gateway", 502], [markup(42, "closed meanwhile"), 200]);
    Wire.newest?.welcome(42);
    await vi.advanceTimersByTimeAsync(1000);
    expect(shown()).toBe("closed meanwhile");
  });
});
