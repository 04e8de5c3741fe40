import { beforeEach, expect, test } from "vitest";
import { giveTheRest, shrinkToFit, stepOf } from "./fit";

const WALL = `
  <main><section><h1 class="mw-wall__question">?</h1>
    <ol><li>1</li><li>2</li><li>3</li></ol>
    <p data-more="… und {n} weitere" hidden></p>
    <div data-leaders><ol><li>A</li></ol></div></section></main>`;

let screen: HTMLElement;

beforeEach(() => {
  document.body.innerHTML = WALL;
  screen = document.querySelector("section") as HTMLElement;
});

function rows(selector: string): HTMLElement[] {
  return [...screen.querySelectorAll<HTMLElement>(selector)];
}

function boxed(element: Element, box: () => { top?: number; bottom?: number; height?: number }) {
  element.getBoundingClientRect = () => ({ top: 0, bottom: 0, height: 0, ...box() }) as DOMRect;
  element.getClientRects = () => [box()] as unknown as DOMRectList;
}

/** As high as the wall at that step with so many rows, and higher before. */
function fitsAt(step: number, most = Number.POSITIVE_INFINITY): void {
  boxed(screen, () => {
    const fits = stepOf(screen) >= step && rows("li:not([hidden])").length <= most;
    return { bottom: fits ? window.innerHeight : 2 * window.innerHeight };
  });
}

function more(): string {
  const line = screen.querySelector<HTMLElement>("[data-more]");
  return line?.hidden ? "" : (line?.textContent ?? "");
}

test("as many steps as it takes, each of them named", () => {
  fitsAt(0);
  shrinkToFit(screen);
  expect(screen.dataset.fit).toBe("");
  fitsAt(3);
  shrinkToFit(screen);
  expect(screen.dataset.fit).toBe("1 2 3");
  shrinkToFit(screen, { from: 4 });
  expect(stepOf(screen)).toBe(4);
});

test("what is too much at the last step waits in its order, and the screen says how many do", () => {
  const [first, second, third] = rows("section > ol > li");
  fitsAt(8, 3);
  shrinkToFit(screen, { rows: [second, first, third] as HTMLElement[] });
  expect([stepOf(screen), more()]).toEqual([8, "… und 1 weitere"]);
  expect(rows("li[hidden]")).toEqual([second]);
  fitsAt(0);
  shrinkToFit(screen, { rows: [second, first, third] as HTMLElement[] });
  expect([rows("li[hidden]"), more()]).toEqual([[], ""]);
});

test("those that wait in any case are counted, the quiz's list is not", () => {
  fitsAt(8, 2);
  shrinkToFit(screen, {
    rows: rows("[data-leaders] li").concat(rows("section > ol > li")),
    waiting: 5,
  });
  expect(more()).toBe("… und 6 weitere");
});

test("a long question gives way before its answers", () => {
  fitsAt(0);
  const question = screen.querySelector("h1") as HTMLElement;
  boxed(question, () => ({ height: window.innerHeight / (stepOf(screen) + 2) }));
  shrinkToFit(screen);
  expect(stepOf(screen)).toBe(1);
  boxed(question, () => ({ height: window.innerHeight }));
  shrinkToFit(screen);
  expect(stepOf(screen)).toBe(3);
});

test("a list has what the others leave", () => {
  const list = screen.querySelector("ol") as HTMLElement;
  boxed(screen.parentElement as HTMLElement, () => ({ top: 100 }));
  for (const child of screen.children) {
    boxed(child, () => ({ top: 300, bottom: 500 }));
  }
  expect(giveTheRest(screen, list)).toBe(window.innerHeight - 300);
  expect(list.style.getPropertyValue("--rest")).toBe(`${window.innerHeight - 300}px`);
});

test("who reads from near scrolls", () => {
  const wide = window.innerWidth;
  window.innerWidth = 400;
  fitsAt(8, 1);
  shrinkToFit(screen, { rows: rows("li") });
  expect([stepOf(screen), rows("li[hidden]")]).toEqual([0, []]);
  window.innerWidth = wide;
});
