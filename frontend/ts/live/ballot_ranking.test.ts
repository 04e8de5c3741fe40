import { expect, it } from "vitest";
import { rankingFields } from "./ballot_ranking";
import { QUESTION } from "./evening";

const OPTIONS = ["Grün", "Bus", "Rad"].map((text, at) => ({ id: at + 1, text, text_en: "" }));

function drawn(): HTMLElement {
  const around = { entries: [], language: "de", words: {}, tell: () => {}, changed: () => {} };
  document.body.replaceChildren(
    ...rankingFields({ ...QUESTION, type: "ranking", options: OPTIONS }, around),
  );
  return document.querySelector("ol") as HTMLElement;
}

const texts = (list: HTMLElement) =>
  [...list.querySelectorAll(".mw-ranking__text")].map(({ textContent }) => textContent);

/** Each item 40 high, one below the other, wherever it stands. */
function layOut(list: HTMLElement): void {
  for (const item of list.children) {
    item.getBoundingClientRect = () => {
      const top = [...list.children].indexOf(item) * 40;
      return { top, bottom: top + 40 } as DOMRect;
    };
  }
}

it("is dragged over several places without leaving the page, which would let go of it", () => {
  const list = drawn();
  layOut(list);
  const item = list.firstElementChild as HTMLElement;
  const grip = item.querySelector(".mw-ranking__grip") as HTMLElement;
  grip.setPointerCapture = () => {};
  const watched = new MutationObserver(() => {});
  watched.observe(list, { childList: true });
  const point = (type: string, clientY: number) =>
    grip.dispatchEvent(new MouseEvent(type, { clientY, bubbles: true }));

  point("pointerdown", 20);
  point("pointermove", 60);
  point("pointermove", 100);
  expect(texts(list)).toEqual(["Bus", "Rad", "Grün"]);
  point("pointermove", 20);
  expect(texts(list)).toEqual(["Grün", "Bus", "Rad"]);
  point("pointerup", 20);
  const left = watched.takeRecords().flatMap(({ removedNodes }) => [...removedNodes]);
  expect(left).not.toContain(item);
});

it("is moved by its buttons as well", () => {
  const list = drawn();
  list.querySelectorAll<HTMLElement>("[data-way=up]")[2]?.click();
  expect(texts(list)).toEqual(["Grün", "Rad", "Bus"]);
});

it("says nothing until something is moved or the order is said to be meant", () => {
  const places = (list: HTMLElement) =>
    [...list.querySelectorAll("input")].filter(({ disabled }) => !disabled).map(({ name }) => name);
  const all = ["place_1", "place_2", "place_3"];
  const moved = drawn();
  expect(places(moved)).toEqual([]);
  moved.querySelector<HTMLElement>('[data-way="down"]')?.click();
  expect(places(moved)).toEqual(all);
  const meant = drawn();
  const keep = document.querySelector<HTMLElement>("[data-keep-order]");
  keep?.click();
  expect(places(meant)).toEqual(all);
  expect(texts(meant)).toEqual(["Grün", "Bus", "Rad"]);
  expect(keep?.hidden).toBe(true);
});
