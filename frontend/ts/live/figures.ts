/** A result in words: what stands beside each bar, in each row of the table and below the picture. */

import { type Dot, hasTenths, type Kind, type Line, type Numbers, numbers } from "./figure_numbers";
import { type Words, worded } from "./page";
import type { Option, Paper, Question, Round } from "./protocol";

const CLOUD_WORDS = 40;
/** Types whose rounds have the same bars, so that an earlier one can stand beside the newer. */
const COMPARED = new Set(["single", "multiple", "yes_no", "quiz", "image", "scale"]);

/** What this bar was in an earlier round. */
export interface Before {
  readonly number: string;
  readonly length: number;
}

export interface Row {
  readonly key: string;
  readonly label: string;
  readonly number: string;
  /** What the bar shows, to be compared. */
  readonly value: number;
  readonly length: number;
  readonly cells: readonly string[];
  readonly lead: boolean;
  readonly right: boolean;
  readonly chosen: boolean;
  readonly image: string;
  readonly before: Before | null;
}

export interface Figure {
  readonly kind: Kind;
  /** The table's headings, that of the labels first. */
  readonly columns: readonly string[];
  readonly rows: readonly Row[];
  readonly note: string;
  readonly cloud: readonly { readonly text: string; readonly size: number; readonly n: number }[];
  readonly dots: readonly Dot[];
  readonly image: string;
  readonly imageAlt: string;
  /** The number of the earlier round that is compared. */
  readonly before: number | null;
  /** Counted by hand: in no bar, no cell and no percent. */
  readonly papers: readonly ByHand[];
}

/** Raised hands or ballot papers, in words: who was counted, and what they said. */
export interface ByHand {
  readonly name: string;
  readonly said: string;
}

export function figureOf(
  question: Question,
  round: Round,
  words: Words,
  chosen: readonly number[] = [],
): Figure {
  const found = numbers(question, round);
  const before = round.counts ? earlierOf(question, round) : null;
  const past = before && numbers(question, before);
  const picture = question as { image?: string | null; image_alt?: string };
  const rows = found.lines.map((line, at): Row => {
    const option = question.options.find(({ id }) => String(id) === line.key);
    const then = past?.lines[at];
    return {
      key: line.key,
      label: option ? worded(option) : label(question, line.key),
      number: numberOf(question, line, words),
      value: line.value ?? 0,
      length: line.length,
      cells: found.columns.map((code, cell) => told(code, line.cells[cell] ?? null)),
      lead: line.lead,
      right: line.right,
      chosen: option !== undefined && chosen.includes(option.id),
      image: (option as (Option & { image?: string | null }) | undefined)?.image ?? "",
      before: then ? { number: numberOf(question, then, words), length: then.length } : null,
    };
  });
  return {
    kind: found.kind,
    columns: [
      words[`head${capital(question.type)}`] ?? words.headAnswer ?? "",
      ...found.columns.map((code) => heading(question, code, words)),
    ],
    rows,
    note: note(question, found, words),
    cloud: cloud(found),
    dots: found.dots,
    image: picture.image ?? "",
    imageAlt: picture.image_alt ?? "",
    before: before?.n ?? null,
    papers: (round.paper ?? []).map((paper) => byHand(paper, rows, words)),
  };
}

function byHand({ kind, ballots, counts }: Paper, rows: readonly Row[], words: Words): ByHand {
  const name = (kind === "hands" ? words.hands : words.paper) ?? "";
  const said = rows.map((row) => `${row.label}: ${whole(counts?.[row.key] ?? 0)}`).join(" · ");
  return {
    name: (words.byHand ?? "").replace("{name}", name).replace("{n}", whole(ballots)),
    said: counts ? said : (words.tooFew ?? ""),
  };
}

/** The newest round before this one whose numbers may be seen. */
export function earlierOf(question: Question, round: Round): Round | null {
  if (!COMPARED.has(question.type)) {
    return null;
  }
  const earlier = question.rounds.filter(({ n, counts }) => n < round.n && counts !== null);
  return earlier.at(-1) ?? null;
}

/** How full a cloud is. */
export function crowdOf(figure: Figure): string {
  return figure.cloud.length <= 12 ? "few" : figure.cloud.length <= 25 ? "some" : "many";
}

/** Many bars with short names: each stands on one line with its number. */
export function isDense(figure: Figure): boolean {
  const { kind, rows } = figure;
  return kind === "bars" && rows.length > 10 && rows.every(({ label: name }) => name.length <= 16);
}

const ONE_COLUMN = 6;
const LONG_NAME = 24;
/** The two ends of a scale may have long names. */
const LONG_NAMES = 2;

/** More bars than stand below each other at their ease, with names for half of the wall's width. */
export function isCrowded({ kind, rows }: Figure): boolean {
  const long = rows.filter(({ label: name }) => name.length > LONG_NAME).length;
  return kind === "bars" && rows.length > ONE_COLUMN && long <= LONG_NAMES;
}

const TILES = 6;

/** Few answers with pictures stand side by side. */
export function isTiled({ rows }: Figure): boolean {
  return rows.length <= TILES && rows.some(({ image }) => image !== "");
}

const SAID = 5;

/** One sentence for screen readers: the first five, most first where they are in that order. */
export function asSentence(figure: Figure): string {
  const rows = figure.kind === "bars" ? figure.rows : figure.rows.slice(0, SAID);
  const told = rows.map(({ label: name, number }) => `${name} ${number.split(" · ")[0]}`);
  const papers = figure.papers.map(({ name, said }) => `${name}. ${said}`);
  return [[...told, ...(figure.note ? [figure.note] : [])].join(", "), ...papers].join(". ");
}

/** By the alphabet, so that words keep their neighbours while they grow. */
function cloud(found: Numbers): Figure["cloud"] {
  if (found.kind !== "cloud") {
    return [];
  }
  const most = found.lines.slice(0, CLOUD_WORDS);
  return most
    .map(({ key, length, value }) => ({ text: key, size: length, n: value ?? 0 }))
    .sort((one, other) => compare(one.text.toLowerCase(), other.text.toLowerCase()));
}

function compare(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}

// --- In words -------------------------------------------------------------------------------------

function label({ type, config }: Question, key: string): string {
  if (type === "number") {
    return classOf(config, Number(key));
  }
  const end = Number(key) === config.min ? "low" : Number(key) === config.max ? "high" : "";
  const name = type === "scale" && end ? endOf(config, end) : "";
  return name ? `${key} (${name})` : key;
}

function endOf(config: Question["config"], end: string): string {
  const english = document.documentElement.lang.startsWith("en") ? config[`${end}_en`] : "";
  return String(english || config[end] || "");
}

function classOf(config: Question["config"], low: number): string {
  const high = Math.min(low + Number(config.step) - 1, Number(config.max));
  return low === high ? whole(low) : `${whole(low)} – ${whole(high)}`;
}

function numberOf({ type, config }: Question, line: Line, words: Words): string {
  if (line.value === null) {
    return "–";
  }
  const n = whole(line.value);
  switch (type) {
    case "rating":
      return decimal(line.value);
    case "ranking":
      return ((line.value === 1 ? words.pointsOne : words.pointsMany) ?? "{n}").replace("{n}", n);
    case "points":
      return `${config.unit ? `${n} ${config.unit}` : n} · ${line.cells[1]} %`;
    case "words":
      return n;
    default:
      return `${n} · ${line.cells[1]} %`;
  }
}

function note({ type, config }: Question, found: Numbers, words: Words): string {
  if (found.mean === null || found.middle === null) {
    return "";
  }
  const unit = config.unit ? ` ${config.unit}` : "";
  const mean = hasTenths(config) ? decimal(found.mean) : whole(found.mean / 10);
  const middle = type === "number" ? classOf(config, Number(found.middle)) : found.middle;
  return (words.mean ?? "").replace("{mean}", mean + unit).replace("{middle}", middle + unit);
}

function heading({ config }: Question, code: string, words: Words): string {
  if (code.startsWith("step:")) {
    return code.slice("step:".length);
  }
  return code === "points" && config.unit
    ? String(config.unit)
    : (words[`col${capital(code)}`] ?? "");
}

function told(code: string, cell: number | null): string {
  if (cell === null) {
    return "–";
  }
  if (code === "mean" || code === "place") {
    return decimal(cell);
  }
  return code === "share" ? `${cell} %` : whole(cell);
}

function decimal(inTenths: number): string {
  const digits = { minimumFractionDigits: 1, maximumFractionDigits: 1 };
  return (inTenths / 10).toLocaleString(document.documentElement.lang || "de", digits);
}

function whole(n: number): string {
  return n.toLocaleString(document.documentElement.lang || "de");
}

function capital(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}
