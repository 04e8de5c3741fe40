import { beforeEach, expect, test } from "vitest";
import type { Said } from "./room";
import { CardWall, keepOnTheWall } from "./room_wall";

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

test("what would run off the wall waits, but for the least", () => {
  document.body.innerHTML = "<section><ol><li>1</li><li>2</li><li>3</li></ol></section>";
  const screen = document.querySelector("section") as HTMLElement;
  const asked = document.querySelector("ol") as HTMLElement;
  const tall = (each: number) => () => ({ bottom: each * asked.children.length }) as DOMRect;
  screen.getBoundingClientRect = tall(window.innerHeight / 2);
  keepOnTheWall(screen, asked, 1);
  expect(asked.textContent).toBe("12");
  screen.getBoundingClientRect = tall(window.innerHeight * 2);
  keepOnTheWall(screen, asked, 1);
  expect(asked.textContent).toBe("1");
});

test("without any of them the wall begins anew", () => {
  wall.draw(list, cards("a", "b"));
  wall.draw(list, []);
  expect([texts(), list.hidden]).toEqual([[], true]);
  wall.draw(list, cards("d"));
  expect(texts()).toEqual(["D"]);
});
