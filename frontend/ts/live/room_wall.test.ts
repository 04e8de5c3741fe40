import { beforeEach, expect, test } from "vitest";
import type { Said } from "./room";
import { CardWall } from "./room_wall";

let list: HTMLElement;
let wall: CardWall;

beforeEach(() => {
  document.body.innerHTML = '<ul hidden><li class="mw-cards__card" data-id="a">A</li></ul>';
  list = document.querySelector("ul") as HTMLElement;
  wall = new CardWall();
});

function cards(...ids: string[]): Said[] {
  const rest = { round: null, state: "shown", pinned: false, votes: 0, at: null, idea: null };
  return ids.map((id) => ({ id, kind: "card", text: id.toUpperCase(), ...rest }) as Said);
}

function texts(): string[] {
  return [...list.children].map((card) => card.textContent ?? "");
}

test("those of the page stay, new ones come at the end, whatever their order", () => {
  const first = list.firstElementChild;
  wall.draw(list, cards("b", "a"));
  expect(texts()).toEqual(["A", "B"]);
  expect(list.firstElementChild).toBe(first);
  expect(list.hidden).toBe(false);
});

test("a card that is put away leaves its place to the next", () => {
  wall.draw(list, cards("a", "b"));
  wall.draw(list, cards("b"));
  expect(texts()).toEqual(["", "B"]);
  wall.draw(list, cards("b", "c"));
  expect(texts()).toEqual(["C", "B"]);
});

/** As many cards as fit; more make it scroll. */
function holds(most: number): void {
  Object.defineProperty(list, "clientHeight", { value: most });
  Object.defineProperty(list, "scrollHeight", { get: () => 2 * list.children.length - most });
}

test("a card that had to go from a full wall comes back when a place is free", () => {
  holds(2);
  wall.draw(list, cards("a", "b"));
  wall.draw(list, cards("a", "b", "c"));
  expect(texts()).toEqual(["C", "B"]);
  wall.draw(list, cards("a", "b"));
  expect(texts()).toEqual(["A", "B"]);
});

test("a card that is shown again is a new one", () => {
  holds(2);
  wall.draw(list, cards("a", "b"));
  wall.draw(list, cards("a", "b", "c"));
  wall.draw(list, cards("b", "c"));
  wall.draw(list, cards("a", "b", "c"));
  expect(texts()).toEqual(["C", "A"]);
});

test("a short card comes back where a long one left too little room for another long one", () => {
  const room = { a: 3, b: 1, c: 3 };
  Object.defineProperty(list, "clientHeight", { value: 40 });
  const height = (card: Element) =>
    10 * room[(card as HTMLElement).dataset.id as keyof typeof room];
  Object.defineProperty(list, "scrollHeight", {
    get: () => [...list.children].reduce((sum, card) => sum + height(card), 0),
  });
  wall.draw(list, cards("a", "b"));
  wall.draw(list, cards("a", "b", "c"));
  expect(texts()).toEqual(["C", "B"]);
  room.c = 4;
  wall.draw(list, cards("a", "b", "c"));
  expect(texts()).toEqual(["C"]);
  room.c = 1;
  room.a = 5;
  wall.draw(list, cards("a", "b", "c"));
  expect(texts()).toEqual(["C", "B"]);
});

test("without any of them the wall begins anew", () => {
  wall.draw(list, cards("a", "b"));
  wall.draw(list, []);
  expect([texts(), list.hidden]).toEqual([[], true]);
  wall.draw(list, cards("d"));
  expect(texts()).toEqual(["D"]);
});
