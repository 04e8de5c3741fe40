import { expect, it } from "vitest";
import { around, reconnectDelay } from "./backoff";

it("waits between half a second and a cap that doubles to 20 s", () => {
  const shortest = [0, 1, 2, 9].map((attempt) => reconnectDelay(attempt, () => 0));
  const longest = [0, 1, 2, 3, 4, 99].map((attempt) => reconnectDelay(attempt, () => 1));
  expect(shortest).toEqual([500, 500, 500, 500]);
  expect(longest).toEqual([2000, 4000, 8000, 16000, 20000, 20000]);
});

it("spreads a steady wait by a quarter", () => {
  expect([around(4000, () => 0), around(4000, () => 1)]).toEqual([3000, 5000]);
});
