/**
 * From the counts of a round to the numbers of its picture. The same whole numbers as
 * `polls/queries/figure_numbers.py`: tests/polls/data/figures.json is what both are held to.
 */

import type { Counts, Question, Round } from "./protocol";

export type Kind = "bars" | "cloud" | "pins" | "cards";

/** `value` is what the bar shows, `length` its percent of the track, `cells` the table's row. */
export interface Line {
  readonly key: string;
  readonly value: number | null;
  readonly length: number;
  readonly cells: readonly (number | null)[];
  readonly lead: boolean;
  readonly right: boolean;
}

export interface Dot {
  readonly column: number;
  readonly row: number;
  readonly level: number;
}

export interface Numbers {
  readonly kind: Kind;
  readonly columns: readonly string[];
  readonly lines: readonly Line[];
  readonly mean: number | null;
  readonly middle: string | null;
  readonly dots: readonly Dot[];
}

export type Asked = Pick<Question, "type" | "config" | "options">;
export type Counted = Pick<Round, "ballots" | "counts">;

const LEVELS = 6;
const BUSIEST = 12;
const CELLS = 40;
const FIELDS = 10;
/** On a scale that spans more, a tenth of one says nothing. */
const LONG_SCALE = 100;

export function numbers(question: Asked, round: Counted): Numbers {
  const found = (OF_TYPE[question.type] ?? cards)(question, round.counts ?? {}, round.ballots ?? 0);
  return { mean: null, middle: null, dots: [], ...found };
}

/** In percent, halves upwards. */
export function share(part: number, whole: number): number {
  return whole ? Math.floor((200 * part + whole) / (2 * whole)) : 0;
}

/** A mean in tenths, halves upwards. */
export function tenths(total: number, n: number): number | null {
  return n ? Math.floor((20 * total + n) / (2 * n)) : null;
}

/** Whether a tenth is worth saying: three digits are enough. */
export function hasTenths(config: Question["config"]): boolean {
  return Number(config.max) - Number(config.min) <= LONG_SCALE;
}

/** A mean in tenths, halves upwards; full tens on a long scale. */
function meanOf({ config }: Asked, total: number, n: number): number | null {
  return hasTenths(config) || !n ? tenths(total, n) : 10 * Math.floor((2 * total + n) / (2 * n));
}

/** 1 to 6; all alike are in the middle. */
export function level(n: number, most: number): number {
  return most > 1 ? Math.floor((LEVELS * n + most - 1) / most) : LEVELS / 2;
}

// --- One type after the other ---------------------------------------------------------------------

type Found = Partial<Numbers> & Pick<Numbers, "kind" | "columns" | "lines">;
type Way = (question: Asked, counts: Counts, ballots: number) => Found;

const choices: Way = (question, counts, ballots) => {
  const { right } = question.config;
  const places: readonly unknown[] = Array.isArray(right) ? right : [];
  const keys = question.options.map(({ id }) => String(id));
  const lines = votes(keys, counts, ballots).map((line, at) => ({
    ...line,
    right: places.includes(at + 1),
  }));
  return { kind: "bars", columns: ["votes", "share"], lines };
};

const scale: Way = (question, counts, ballots) => {
  const keys = range(setting(question, "min"), setting(question, "max")).map(String);
  const given = sum(keys.map((key) => counts[key] ?? 0));
  const total = sum(keys.map((key) => Number(key) * (counts[key] ?? 0)));
  return {
    kind: "bars",
    columns: ["votes", "share"],
    lines: votes(keys, counts, ballots),
    mean: meanOf(question, total, given),
    middle: middleOf(keys, counts, given),
  };
};

const number: Way = (question, counts, ballots) => {
  const [low, high, step] = [
    setting(question, "min"),
    setting(question, "max"),
    setting(question, "step"),
  ];
  const keys = range(low, high, step).map(String);
  const given = sum(keys.map((key) => counts[key] ?? 0));
  const most = Math.max(0, ...keys.map((key) => counts[key] ?? 0));
  const lines = votes(keys, counts, ballots).map((line) => ({
    ...line,
    length: share(line.value ?? 0, most),
  }));
  return {
    kind: "bars",
    columns: ["votes", "share"],
    lines,
    mean: meanOf(question, counts.sum ?? 0, given),
    middle: middleOf(keys, counts, given),
  };
};

const rating: Way = (question, counts) => {
  const high = setting(question, "max");
  const steps = range(setting(question, "min"), high);
  const rows = question.options.map(({ id }) => {
    const given = steps.map((step) => counts[`${id}:${step}`] ?? 0);
    const total = sum(steps.map((step, at) => step * (given[at] ?? 0)));
    return { key: String(id), given, mean: tenths(total, sum(given)) };
  });
  const best = Math.max(-1, ...rows.map(({ mean }) => mean ?? -1));
  return {
    kind: "bars",
    columns: ["mean", "ratings", ...steps.map((step) => `step:${step}`)],
    lines: rows.map(({ key, given, mean }) => ({
      key,
      value: mean,
      length: share(mean ?? 0, 10 * high),
      cells: [mean, sum(given), ...given],
      lead: mean !== null && mean === best,
      right: false,
    })),
  };
};

const ranking: Way = (question, counts, ballots) => {
  const places = setting(question, "places");
  const rows = question.options.map(({ id }) => {
    const named = range(1, places).map((place) => counts[`${id}:${place}`] ?? 0);
    const points = sum(named.map((n, at) => n * (places - at)));
    const place = tenths(sum(named.map((n, at) => n * (at + 1))), sum(named));
    return { key: String(id), points, place, named };
  });
  rows.sort((one, other) => other.points - one.points);
  const most = Math.max(0, ...rows.map(({ points }) => points));
  return {
    kind: "bars",
    columns: ["points", "place", "first", "named"],
    lines: rows.map(({ key, points, place, named }) => ({
      key,
      value: points,
      length: share(points, places * ballots),
      cells: [points, place, named[0] ?? 0, sum(named)],
      lead: points > 0 && points === most,
      right: false,
    })),
  };
};

const points: Way = (question, counts) => {
  const given = question.options.map(({ id }) => counts[id] ?? 0);
  const whole = sum(given);
  const most = Math.max(0, ...given);
  return {
    kind: "bars",
    columns: ["points", "share", "givers"],
    lines: question.options.map(({ id }, at) => {
      const n = given[at] ?? 0;
      return {
        key: String(id),
        value: n,
        length: share(n, most),
        cells: [n, share(n, whole), counts[`${id}:givers`] ?? 0],
        lead: n > 0 && n === most,
        right: false,
      };
    }),
  };
};

const words: Way = (_question, counts) => {
  const named = Object.entries(counts).sort(
    ([word, n], [other, m]) => m - n || (word < other ? -1 : 1),
  );
  const most = Math.max(0, ...named.map(([, n]) => n));
  return {
    kind: "cloud",
    columns: ["times"],
    lines: named.map(([word, n]) => ({
      key: word,
      value: n,
      length: level(n, most),
      cells: [n],
      lead: n === most,
      right: false,
    })),
  };
};

const cards: Way = () => ({ kind: "cards", columns: [], lines: [] });

const pin: Way = (_question, counts, ballots) => {
  const most = Math.max(0, ...Object.values(counts));
  const fields = new Map<number, number>();
  const dots = Object.entries(counts).map(([key, n]) => {
    const [column = 0, row = 0] = key.split(":").map(Number);
    const field = fieldAt(row) * FIELDS + fieldAt(column);
    fields.set(field, (fields.get(field) ?? 0) + n);
    return { column, row, level: level(n, most) };
  });
  dots.sort((one, other) => one.row - other.row || one.column - other.column);
  const busiest = [...fields]
    .sort(([field, n], [other, m]) => m - n || field - other)
    .slice(0, BUSIEST);
  const top = busiest[0]?.[1] ?? 0;
  return {
    kind: "pins",
    columns: ["votes", "share"],
    lines: busiest.map(([field, n]) => ({
      key: `${String.fromCharCode(65 + (field % FIELDS))}${Math.floor(field / FIELDS) + 1}`,
      value: n,
      length: share(n, top),
      cells: [n, share(n, ballots)],
      lead: n === top,
      right: false,
    })),
    dots,
  };
};

const OF_TYPE: Readonly<Record<string, Way>> = {
  single: choices,
  multiple: choices,
  yes_no: choices,
  quiz: choices,
  image: choices,
  scale,
  number,
  rating,
  ranking,
  points,
  words,
  text: cards,
  pin,
};

function votes(keys: readonly string[], counts: Counts, ballots: number): Line[] {
  const most = Math.max(0, ...keys.map((key) => counts[key] ?? 0));
  return keys.map((key) => {
    const n = counts[key] ?? 0;
    const percent = share(n, ballots);
    return {
      key,
      value: n,
      length: percent,
      cells: [n, percent],
      lead: n > 0 && n === most,
      right: false,
    };
  });
}

/** Where half of the ballots are at or below it. */
function middleOf(keys: readonly string[], counts: Counts, given: number): string | null {
  let below = 0;
  for (const key of keys) {
    below += counts[key] ?? 0;
    if (given && 2 * below >= given) {
      return key;
    }
  }
  return null;
}

function fieldAt(cell: number): number {
  return Math.floor((cell * FIELDS) / CELLS);
}

function setting(question: Asked, name: string): number {
  const value = question.config[name];
  return typeof value === "number" ? value : 0;
}

function sum(given: readonly number[]): number {
  return given.reduce((total, n) => total + n, 0);
}

function range(low: number, high: number, step = 1): number[] {
  const steps = Math.max(0, Math.floor((high - low) / Math.max(1, step)) + 1);
  return Array.from({ length: steps }, (_, at) => low + at * Math.max(1, step));
}
