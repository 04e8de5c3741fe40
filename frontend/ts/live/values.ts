/**
 * What a form says and what a ballot says, for every type of question. A form's entries have the
 * names of the plain HTML form (`frontend/pages/live_ballot.py` reads the same), so that a draft is
 * the same with and without this script. Pure, so that it can be tested.
 */

import type { Question, Value } from "./protocol";

/** What stands in a form: (name of the field, what was chosen or typed). */
export type Entries = readonly (readonly [string, string])[];

export const SIDE = 1000;

export function setting(question: Question, name: string, otherwise: number): number {
  const found = question.config[name];
  return typeof found === "number" ? found : otherwise;
}

export function word(question: Question, name: string): string {
  const found = question.config[name];
  return typeof found === "string" ? found : "";
}

/** How many options a ballot has at least and at most. */
export function limits(question: Question): readonly [number, number] {
  const all = question.options.length;
  switch (question.type) {
    case "multiple":
      return [setting(question, "min", 1), setting(question, "max", all)];
    case "image":
      return [setting(question, "min", 1), setting(question, "max", 1)];
    case "quiz":
      return [1, question.config.many === true ? all : 1];
    default:
      return [1, 1];
  }
}

/** Whether more than one option may be tapped. */
export function takesMany(question: Question): boolean {
  return limits(question)[1] > 1;
}

/** How many of the options are ranked. */
export function places(question: Question): number {
  return setting(question, "places", question.options.length);
}

/** The options that this value names, for the types that choose some. */
export function chosenOptions(value: Value | null | undefined): readonly number[] {
  return value && "options" in value ? value.options : [];
}

/** The value a form makes, or null where it is not complete or not possible. */
export function readValue(question: Question, entries: Entries): Value | null {
  const all = (name: string) => entries.filter(([key]) => key === name).map(([, typed]) => typed);
  const one = (name: string) => all(name)[0] ?? "";
  switch (question.type) {
    case "scale":
      return inRange(one("number"), setting(question, "min", 1), setting(question, "max", 5));
    case "number":
      return inRange(one("number"), setting(question, "min", 0), setting(question, "max", 100));
    case "rating":
      return ratings(question, one);
    case "ranking":
      return ranking(question, one);
    case "points":
      return points(question, one);
    case "words":
      return words(question, all("words"));
    case "text":
      return paragraph(one("text"), setting(question, "length", 280));
    case "pin":
      return pin(one("pin_x"), one("pin_y"));
    default:
      return options(question, all("options"));
  }
}

/** What stands in the form of someone who said this. */
export function entriesOf(value: Value | null): Entries {
  if (value === null) {
    return [];
  }
  if ("options" in value) {
    return value.options.map((id) => ["options", String(id)]);
  }
  if ("number" in value) {
    return [["number", String(value.number)]];
  }
  if ("ratings" in value) {
    return Object.entries(value.ratings).map(([id, step]) => [`rating_${id}`, String(step)]);
  }
  if ("ranking" in value) {
    return value.ranking.map((id, at) => [`place_${at + 1}`, String(id)]);
  }
  if ("points" in value) {
    return Object.entries(value.points).map(([id, n]) => [`points_${id}`, String(n)]);
  }
  if ("words" in value) {
    return value.words.map((typed) => ["words", typed]);
  }
  if ("text" in value) {
    return [["text", value.text]];
  }
  const [x, y] = value.pin;
  return [
    ["pin_x", percent(x)],
    ["pin_y", percent(y)],
  ];
}

/** Thousandths as people type them. */
export function percent(thousandths: number): string {
  return String(thousandths / 10);
}

export function thousandths(typed: string): number | null {
  const said = Number(typed.trim().replace(",", "."));
  if (!typed.trim() || Number.isNaN(said) || said < 0 || said > 100) {
    return null;
  }
  return Math.min(SIDE - 1, Math.round(said * 10));
}

/** How many points are still to give away; less than none when too many are given. */
export function pointsLeft(question: Question, entries: Entries): number {
  const given = entries
    .filter(([name]) => name.startsWith("points_"))
    .map(([, typed]) => whole(typed) ?? 0);
  return setting(question, "total", 10) - given.reduce((sum, n) => sum + n, 0);
}

export function whole(typed: string): number | null {
  return /^[-−]?\d{1,10}$/.test(typed.trim()) ? Number(typed.trim().replace("−", "-")) : null;
}

function inRange(typed: string, low: number, high: number): Value | null {
  const number = whole(typed);
  return number !== null && low <= number && number <= high ? { number } : null;
}

function options(question: Question, typed: readonly string[]): Value | null {
  const known = new Set(question.options.map(({ id }) => id));
  const chosen = typed.map(Number).filter((id) => known.has(id));
  const [low, high] = limits(question);
  return low <= chosen.length && chosen.length <= high ? { options: chosen } : null;
}

function ratings(question: Question, one: (name: string) => string): Value | null {
  const given = question.options.flatMap(({ id }) => {
    const step = whole(one(`rating_${id}`));
    return step === null ? [] : [[String(id), step] as const];
  });
  return given.length > 0 ? { ratings: Object.fromEntries(given) } : null;
}

function ranking(question: Question, one: (name: string) => string): Value | null {
  const wanted = places(question);
  const ids = Array.from({ length: wanted }, (_none, at) => whole(one(`place_${at + 1}`)));
  const known = ids.filter((id): id is number => question.options.some((own) => own.id === id));
  return known.length === wanted && new Set(known).size === wanted ? { ranking: known } : null;
}

function points(question: Question, one: (name: string) => string): Value | null {
  const total = setting(question, "total", 10);
  const highest = setting(question, "max", total);
  const given: Record<string, number> = {};
  for (const { id } of question.options) {
    const typed = one(`points_${id}`);
    const n = typed.trim() ? whole(typed) : 0;
    if (n === null || n < 0 || n > highest) {
      return null;
    }
    if (n > 0) {
      given[id] = n;
    }
  }
  const sum = Object.values(given).reduce((all, n) => all + n, 0);
  return sum > 0 && sum <= total ? { points: given } : null;
}

function words(question: Question, typed: readonly string[]): Value | null {
  const said = typed.map(oneLine).filter((text) => text !== "");
  const fits = said.every((text) => [...text].length <= 30 && /[\p{L}\p{N}]/u.test(text));
  const few = said.length > 0 && said.length <= setting(question, "max", 3);
  return fits && few ? { words: said } : null;
}

function paragraph(typed: string, longest: number): Value | null {
  const text = oneLine(typed);
  return text && [...text].length <= longest ? { text } : null;
}

function pin(x: string, y: string): Value | null {
  const left = thousandths(x);
  const top = thousandths(y);
  return left === null || top === null ? null : { pin: [left, top] };
}

function oneLine(typed: string): string {
  return typed.split(/\s+/u).filter(Boolean).join(" ");
}
