import { expect, test } from "vitest";
import { ownAfter, ownBeside, type Room, roomAfter, type Said } from "./room";

function said(id: string, more: Partial<Said> = {}): Said {
  return {
    id,
    kind: "question",
    round: null,
    text: `${id}?`,
    state: "shown",
    pinned: false,
    votes: 0,
    at: `2026-11-22T18:00:0${id}Z`,
    idea: null,
    ...more,
  };
}

const ROOM: Room = { qa: "after", cards: false, reactions: true, items: [said("1"), said("2")] };

function ids(room: Room): string[] {
  return room.items.map(({ id }) => id);
}

test("what changed is put in its place, what is gone goes", () => {
  const voted = roomAfter(ROOM, { changed: [said("2", { votes: 3 })], gone: [] });
  expect(ids(voted)).toEqual(["2", "1"]);
  expect(ids(roomAfter(voted, { changed: [said("3", { pinned: true })], gone: ["2"] }))).toEqual([
    "3",
    "1",
  ]);
});

test("a whole standing replaces what was there", () => {
  const whole = { full: true, changed: [said("9")], gone: [], settings: { qa: "before" } };
  expect(ids(roomAfter(ROOM, whole))).toEqual(["9"]);
  expect(roomAfter(ROOM, whole).qa).toBe("before");
  expect(roomAfter(ROOM, whole).reactions).toBe(true);
});

test("without a time the order is still one", () => {
  const cut = [said("b", { at: null }), said("a", { at: null })];
  expect(ids(roomAfter(undefined, { changed: cut, gone: [] }))).toEqual(["a", "b"]);
});

test("what became of one's own replaces it and leaves the agreement alone", () => {
  const own = { items: [said("1", { state: "pending" })], upvotes: ["2"] };
  const told = { changed: [], gone: [], own: { items: [said("1", { state: "archived" })] } };
  expect(ownAfter(own, told).items[0]?.state).toBe("archived");
  expect(ownAfter(own, told).upvotes).toBe(own.upvotes);
  expect(ownAfter(own, { changed: [], gone: [] }).items).toBe(own.items);
  expect(ownAfter(undefined, {})).toEqual({ items: [], upvotes: [] });
});

test("one's own stands beside the others' words, and not twice after the end", () => {
  const own = [
    said("1"),
    said("7"),
    said("8", { state: "pending" }),
    said("9", { kind: "card", state: "shown" }),
  ];
  const beside = (kind: "question" | "card", isLive: boolean) =>
    ownBeside(own, ROOM, kind, isLive).map(({ id }) => id);
  expect(beside("question", true)).toEqual(["7", "8"]);
  expect(beside("question", false)).toEqual(["8"]);
  expect([beside("card", true), beside("card", false)]).toEqual([["9"], ["9"]]);
});
