/** A result as bars with their numbers, and as the table beside them. */

import { type Words, worded } from "./page";
import type { Option, Question, Round } from "./protocol";

export interface Bar {
  readonly option: Option;
  readonly votes: number;
  readonly percent: number;
  readonly lead: boolean;
}

/** Percent of the ballots: with several answers a ballot they may add up to more than 100. */
export function barsOf(question: Question, round: Round): readonly Bar[] {
  const counts = round.counts ?? {};
  const ballots = round.ballots ?? 0;
  const most = Math.max(0, ...Object.values(counts));
  return question.options.map((option) => {
    const votes = counts[option.id] ?? 0;
    return {
      option,
      votes,
      percent: ballots ? Math.round((100 * votes) / ballots) : 0,
      lead: votes > 0 && votes === most,
    };
  });
}

/** Rows stay the same elements while numbers change, so that bars grow and nothing jumps. */
export function drawBars(
  root: ParentNode,
  bars: readonly Bar[],
  chosen: readonly number[],
  words: Words,
): void {
  const list = root.querySelector<HTMLElement>("[data-bars]");
  if (list) {
    bars.forEach((bar, index) => {
      const row = (list.children[index] as HTMLElement | undefined) ?? list.appendChild(newRow());
      drawRow(row, bar, chosen.includes(bar.option.id), words);
    });
    while (list.children.length > bars.length) {
      list.lastElementChild?.remove();
    }
  }
  const rows = root.querySelector<HTMLElement>("[data-rows]");
  rows?.replaceChildren(...bars.map(tableRow));
}

function drawRow(row: HTMLElement, bar: Bar, own: boolean, words: Words): void {
  row.toggleAttribute("data-lead", bar.lead);
  const [label, number, picture] = row.children;
  if (label && number) {
    label.textContent = own ? `${worded(bar.option)} ${words.own ?? ""}` : worded(bar.option);
    number.textContent = `${bar.votes} · ${bar.percent} %`;
  }
  picture?.lastElementChild?.setAttribute("width", `${bar.percent}%`);
}

function newRow(): HTMLElement {
  const row = document.createElement("li");
  row.append(spanOf("mw-bars__label"), spanOf("mw-bars__number"), picture());
  return row;
}

function picture(): SVGElement {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("class", "mw-bars__bar");
  svg.setAttribute("aria-hidden", "true");
  for (const [name, width] of [
    ["track", "100%"],
    ["fill", "0%"],
  ] as const) {
    const rect = document.createElementNS(svg.namespaceURI ?? "", "rect") as SVGElement;
    rect.setAttribute("class", `mw-bars__${name}`);
    rect.setAttribute("width", width);
    rect.setAttribute("height", "100%");
    svg.append(rect);
  }
  return svg;
}

function spanOf(className: string): HTMLElement {
  const span = document.createElement("span");
  span.className = className;
  return span;
}

function tableRow(bar: Bar): HTMLElement {
  const row = document.createElement("tr");
  row.className = "kern-table__row";
  const head = document.createElement("th");
  head.className = "kern-table__header";
  head.scope = "row";
  head.textContent = worded(bar.option);
  row.append(head);
  for (const text of [String(bar.votes), `${bar.percent} %`]) {
    const cell = document.createElement("td");
    cell.className = "kern-table__cell kern-table__cell--numeric";
    cell.textContent = text;
    row.append(cell);
  }
  return row;
}

export function barsAsSentence(bars: readonly Bar[]): string {
  return bars.map((bar) => `${worded(bar.option)} ${bar.votes}`).join(", ");
}
