import { afterEach, describe, expect, it, vi } from "vitest";
import { hasStarted } from "./page";

afterEach(() => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

function answering(body: object, status = 200): void {
  vi.stubGlobal("fetch", async () => Response.json(body, { status }));
}

describe("a phone that waits for the start", () => {
  it("goes on once it is there", async () => {
    answering({ state: "draft" });
    expect(await hasStarted("/stand/")).toBe(false);
    answering({ state: "live" });
    expect(await hasStarted("/stand/")).toBe(true);
  });

  it("does not load the page again because the server is busy", async () => {
    answering({ code: "rate_limited" }, 429);
    expect(await hasStarted("/stand/")).toBe(false);
  });

  it("asks again where an answer never comes", async () => {
    vi.useFakeTimers();
    vi.stubGlobal(
      "fetch",
      (_url: string, { signal }: RequestInit) =>
        new Promise((_resolve, reject) => {
          signal?.addEventListener("abort", () => reject(signal.reason));
        }),
    );
    const asked = hasStarted("/stand/");
    await vi.advanceTimersByTimeAsync(5_000);
    expect(await asked).toBe(false);
  });
});
