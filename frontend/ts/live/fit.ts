/** What must fit on a wall, where nobody scrolls and the last row reads along. */

const LAST_STEP = 8;
/** From this step on names stand on their bars, where many are short earlier than letters shrink. */
const OVER = 5;
const OVER_DENSE = 2;
/** Until this step a question gives way that takes more than so much of the wall. */
const OF_QUESTION = { step: 3, most: 0.35 };
const OF_QUESTION_BESIDE_CARDS = { step: 5, most: 0.25 };
/** Below, as in the style sheet, the page is read from near and scrolls. */
const WIDE = 1024;

export interface Fitting {
  /** What may wait for want of room, the first before the others. */
  readonly rows?: readonly HTMLElement[];
  /** The step to begin with. */
  readonly from?: number;
  /** So many wait in any case. */
  readonly waiting?: number;
}

/**
 * Make a screen smaller, step by step, until it fits: never below the size that the last row can
 * read. What is too much even then waits; the screen says how many do.
 */
export function shrinkToFit(screen: HTMLElement, fitting: Fitting = {}): void {
  const { rows = [], from = 0, waiting = 0 } = fitting;
  wait(screen, rows, 0, waiting);
  for (let step = from; step <= LAST_STEP; step += 1) {
    screen.dataset.fit = named(screen, step);
    if (!runsOver(screen) && !isMostlyQuestion(screen, step)) {
      return;
    }
  }
  // With a picture that changes four times a second, halving is what a slow machine can do.
  let [least, most] = [1, rows.length];
  while (least < most) {
    const half = Math.floor((least + most) / 2);
    wait(screen, rows, half, waiting);
    if (runsOver(screen)) {
      least = half + 1;
    } else {
      most = half;
    }
  }
  wait(screen, rows, most, waiting);
}

/** The first `n` of the rows wait, and the screen says how many do. */
function wait(screen: HTMLElement, rows: readonly HTMLElement[], n: number, before: number): void {
  rows.forEach((row, at) => {
    row.hidden = at < n;
  });
  const counted = rows.slice(0, n).filter((row) => !row.closest("[data-leaders]"));
  const line = screen.querySelector<HTMLElement>("[data-more]");
  if (line) {
    line.hidden = before + counted.length === 0;
    line.textContent = (line.dataset.more ?? "").replace("{n}", String(before + counted.length));
  }
}

/** `data-fit` has each of the steps, for the style sheet to say what it does. */
function named(screen: HTMLElement, step: number): string {
  const steps = Array.from({ length: step }, (_, at) => String(at + 1));
  const over = screen.querySelector("[data-dense]") ? OVER_DENSE : OVER;
  return (step < over ? steps : [...steps, "over"]).join(" ");
}

/** How many steps were taken. */
export function stepOf(screen: HTMLElement): number {
  return (screen.dataset.fit ?? "").split(" ").filter((name) => /\d/.test(name)).length;
}

export function runsOver(screen: HTMLElement): boolean {
  return isWide() && screen.getBoundingClientRect().bottom > lowest(screen) + 1;
}

/** How high a list may be that takes what the rest of the screen leaves. */
export function giveTheRest(screen: HTMLElement, list: HTMLElement): number {
  list.style.setProperty("--rest", "0px");
  const shown = [...screen.children].filter((child) => child.getClientRects().length > 0);
  const top = shown[0]?.getBoundingClientRect().top ?? 0;
  const bottom = shown.at(-1)?.getBoundingClientRect().bottom ?? 0;
  const main = screen.parentElement?.getBoundingClientRect().top ?? 0;
  const rest = Math.max(0, lowest(screen) - main - (bottom - top));
  list.style.setProperty("--rest", `${rest}px`);
  const line = Number.parseFloat(getComputedStyle(list).lineHeight) || rest;
  list.style.setProperty("--lines", String(Math.max(1, Math.floor(rest / line) - 1)));
  return rest;
}

function isWide(): boolean {
  return window.innerWidth >= WIDE;
}

function lowest(screen: HTMLElement): number {
  const wall = screen.closest(".mw-wall");
  const margin = wall ? Number.parseFloat(getComputedStyle(wall).paddingBottom) || 0 : 0;
  return window.innerHeight - margin;
}

function isMostlyQuestion(screen: HTMLElement, step: number): boolean {
  const cards = screen.querySelector("[data-kind=cards]");
  const limit = cards ? OF_QUESTION_BESIDE_CARDS : OF_QUESTION;
  const question = screen.querySelector(".mw-wall__question");
  const height = question?.getBoundingClientRect().height ?? 0;
  return isWide() && step < limit.step && height > limit.most * window.innerHeight;
}
