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

test("without any of them the wall begins anew", () => {
  wall.draw(list, cards("a", "b"));
  wall.draw(list, []);
  expect([texts(), list.hidden]).toEqual([[], true]);
  wall.draw(list, cards("d"));
  expect(texts()).toEqual(["D"]);
});
