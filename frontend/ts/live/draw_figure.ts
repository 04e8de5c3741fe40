/**
 * Draw a figure into the place that the server's `live/parts/figure.html` keeps for it. Elements
 * stay the same while numbers change, so that bars and words grow and nothing jumps.
 */

import { crowdOf, type Figure, isDense, isTiled, type Row } from "./figures";
import { fill, part, type Words } from "./page";

const SVG = "http://www.w3.org/2000/svg";

export function drawFigure(root: ParentNode, figure: Figure, words: Words): void {
  const place = part(root, "[data-figure]");
  if (place) {
    place.dataset.kind = figure.kind;
    place.toggleAttribute("data-dense", isDense(figure));
    place.toggleAttribute("data-tiles", isTiled(figure));
    drawBars(place, figure, words);
    drawCloud(place, figure);
    drawPins(place, figure);
    drawPapers(place, figure);
    fill(place, { note: figure.note });
    const before = part(place, "[data-before]");
    if (before) {
      before.hidden = figure.before === null;
      before.textContent = (words.before ?? "").replace("{n}", String(figure.before ?? ""));
    }
  }
  drawTable(root, figure);
}

const LEAST_ROWS = 3;

/**
 * The bars or words that may wait where there is no room, those that say least first: right answers
 * never, nor the last three, nor fields of a picture.
 */
export function leastFirst(root: ParentNode, figure: Figure): HTMLElement[] {
  if (figure.kind === "pins") {
    return [];
  }
  const isCloud = figure.kind === "cloud";
  const list = part(root, isCloud ? "[data-cloud]" : "[data-bars]");
  const values = isCloud
    ? figure.cloud.map(({ n }) => n)
    : figure.rows.map(({ value, right }) => (right ? Number.POSITIVE_INFINITY : value));
  return ([...(list?.children ?? [])] as HTMLElement[])
    .map((item, at) => ({ item, at, value: values[at] ?? 0 }))
    .sort((one, other) => (one.value === other.value ? other.at - one.at : one.value - other.value))
    .slice(0, -LEAST_ROWS)
    .filter(({ value }) => value < Number.POSITIVE_INFINITY)
    .map(({ item }) => item);
}

// --- Bars -----------------------------------------------------------------------------------------

function drawBars(place: HTMLElement, figure: Figure, words: Words): void {
  const list = part(place, "[data-bars]");
  if (!list) {
    return;
  }
  const rows = figure.kind === "cloud" ? [] : figure.rows;
  keep(list, rows.length, newRow).forEach((item, at) => {
    const row = rows[at];
    if (row) {
      drawRow(item, row, words);
    }
  });
}

function drawRow(item: HTMLElement, row: Row, words: Words): void {
  item.toggleAttribute("data-lead", row.lead);
  item.toggleAttribute("data-right", row.right);
  const thumb = part<HTMLImageElement>(item, ".mw-bars__thumb");
  if (thumb) {
    thumb.hidden = row.image === "";
    if (row.image && thumb.getAttribute("src") !== row.image) {
      thumb.src = row.image;
    }
  }
  const before = row.before ? `${words.earlier ?? ""} ${row.before.number}` : "";
  for (const [name, text] of [
    ["text", row.label],
    ["own", row.chosen ? (words.own ?? "") : ""],
    ["right", row.right ? `✓ ${words.right ?? ""}` : ""],
    ["number", row.number],
    ["before", before],
  ] as const) {
    const span = part(item, `.mw-bars__${name}`);
    if (span && span.textContent !== text) {
      span.textContent = text;
    }
  }
  part(item, ".mw-bars__fill")?.setAttribute("width", `${row.length}%`);
  part(item, ".mw-bars__past")?.setAttribute("width", `${row.before?.length ?? 0}%`);
}

function newRow(): HTMLElement {
  const row = document.createElement("li");
  const label = spanOf("mw-bars__label");
  const thumb = document.createElement("img");
  thumb.className = "mw-bars__thumb";
  thumb.alt = "";
  thumb.hidden = true;
  label.append(thumb, spanOf("mw-bars__text"), " ", spanOf("mw-bars__own"));
  label.append(" ", spanOf("mw-bars__right"));
  const picture = document.createElementNS(SVG, "svg");
  picture.setAttribute("class", "mw-bars__bar");
  picture.setAttribute("aria-hidden", "true");
  for (const [name, width, height, y] of [
    ["track", "100%", "100%", "0"],
    ["fill", "0%", "100%", "0"],
    ["past", "0%", "25%", "75%"],
  ] as const) {
    const rect = document.createElementNS(SVG, "rect");
    rect.setAttribute("class", `mw-bars__${name}`);
    rect.setAttribute("width", width);
    rect.setAttribute("height", height);
    rect.setAttribute("y", y);
    picture.append(rect);
  }
  row.append(label, spanOf("mw-bars__number"), picture, spanOf("mw-bars__before"));
  return row;
}

// --- By hand --------------------------------------------------------------------------------------

function drawPapers(place: HTMLElement, figure: Figure): void {
  const list = part(place, "[data-papers]");
  const items = figure.papers.map(({ name, said }) => {
    const item = document.createElement("li");
    item.append(spanOf("mw-papers__name", name), " ", spanOf("mw-papers__said", said));
    return item;
  });
  list?.replaceChildren(...items);
}

// --- Words ----------------------------------------------------------------------------------------

function drawCloud(place: HTMLElement, figure: Figure): void {
  const list = part(place, "[data-cloud]");
  if (!list) {
    return;
  }
  list.hidden = figure.kind !== "cloud";
  list.dataset.crowd = crowdOf(figure);
  // Who keeps an element by its word sees the word grow where it stands.
  const there = new Map([...list.children].map((item) => [item.getAttribute("data-word"), item]));
  const items = figure.cloud.map(({ text, size, n }) => {
    const item = there.get(text) ?? newWord(text);
    item.setAttribute("data-size", String(size));
    const said = item.lastElementChild;
    if (said) {
      said.textContent = String(n);
    }
    return item;
  });
  if (items.some((item, at) => list.children[at] !== item) || list.childElementCount > items.length)
    list.replaceChildren(...items);
}

function newWord(text: string): Element {
  const item = document.createElement("li");
  item.dataset.word = text;
  item.append(text, " ", spanOf("kern-sr-only"));
  return item;
}

// --- Pins -----------------------------------------------------------------------------------------

const CELLS = 40;

function drawPins(place: HTMLElement, figure: Figure): void {
  const box = part(place, "[data-pins]");
  if (!box) {
    return;
  }
  box.hidden = figure.kind !== "pins";
  const ground = part<HTMLImageElement>(box, "[data-ground]");
  if (ground && figure.image) {
    if (ground.getAttribute("src") !== figure.image) {
      ground.src = figure.image;
    }
    ground.alt = figure.imageAlt;
    ground.hidden = false;
  }
  const dots = figure.dots.map(({ column, row, level }) => {
    const dot = document.createElementNS(SVG, "circle");
    dot.setAttribute("class", "mw-pins__dot");
    dot.setAttribute("cx", `${((column + 0.5) * 100) / CELLS}%`);
    dot.setAttribute("cy", `${((row + 0.5) * 100) / CELLS}%`);
    dot.setAttribute("data-level", String(level));
    return dot;
  });
  part<SVGElement>(box, "[data-dots]")?.replaceChildren(...dots);
}

// --- Table ----------------------------------------------------------------------------------------

function drawTable(root: ParentNode, figure: Figure): void {
  part(root, "[data-heads]")?.replaceChildren(
    ...figure.columns.map((text, at) => cellOf("th", text, "header", at > 0)),
  );
  part(root, "[data-rows]")?.replaceChildren(
    ...figure.rows.map((row) => {
      const line = document.createElement("tr");
      line.className = "kern-table__row";
      line.append(cellOf("th", row.label, "header", false, "row"));
      line.append(...row.cells.map((text) => cellOf("td", text, "cell", true)));
      return line;
    }),
  );
}

function cellOf(
  name: "th" | "td",
  text: string,
  kind: string,
  numeric: boolean,
  scope = "col",
): HTMLElement {
  const cell = document.createElement(name);
  cell.className = `kern-table__${kind}${numeric ? ` kern-table__${kind}--numeric` : ""}`;
  if (cell instanceof HTMLTableCellElement && name === "th") {
    cell.scope = scope;
  }
  cell.textContent = text;
  return cell;
}

/** As many children as `n`, the ones that are there first. */
function keep(list: HTMLElement, n: number, make: () => HTMLElement): HTMLElement[] {
  while (list.children.length > n) {
    list.lastElementChild?.remove();
  }
  while (list.children.length < n) {
    list.append(make());
  }
  return [...list.children] as HTMLElement[];
}

function spanOf(className: string, text = ""): HTMLElement {
  const span = document.createElement("span");
  span.className = className;
  span.textContent = text;
  return span;
}
