import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { Announcer } from "./announcer";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it("speaks at once, then every ten seconds, and says the newest", async () => {
  const place = { textContent: "" };
  const announcer = new Announcer(place);
  announcer.say("one");
  announcer.say("two");
  announcer.say("three");
  expect(place.textContent).toBe("one");
  await vi.advanceTimersByTimeAsync(9_999);
  expect(place.textContent).toBe("one");
  await vi.advanceTimersByTimeAsync(1);
  expect(place.textContent).toBe("three");
});
