import { expect, test } from "vitest";
import { snapshotWith } from "./evening";
import { commandOf } from "./keys";

test("next says where the presser saw the session", () => {
  expect(commandOf("ArrowRight", snapshotWith(), 41)).toEqual(["next/", { seq: 41 }]);
  expect(commandOf(" ", snapshotWith(), 0)).toEqual(["next/", {}]);
});

test("a hold is released by the same key", () => {
  expect(commandOf("h", snapshotWith(), 1)?.[0]).toBe("rounds/9/hold/");
  expect(commandOf("H", snapshotWith({ held: true }), 1)?.[0]).toBe("rounds/9/release/");
});

test("closed rounds are shown and hidden, and close no more", () => {
  const closed = snapshotWith({ state: "closed" });
  expect(commandOf("c", closed, 1)).toBeNull();
  expect(commandOf("r", closed, 1)?.[0]).toBe("rounds/9/reveal/");
  expect(commandOf("r", snapshotWith({ state: "closed", revealed: true }), 1)?.[0]).toBe(
    "rounds/9/hide/",
  );
});

test("back goes to the question before, if there is one", () => {
  expect(commandOf("ArrowLeft", snapshotWith(), 1)).toBeNull();
  expect(commandOf("ArrowLeft", { ...snapshotWith(), focus: null }, 1)).toEqual([
    "focus/",
    { round: 9 },
  ]);
});

test("other keys do nothing", () => {
  expect(commandOf("x", snapshotWith(), 1)).toBeNull();
});
