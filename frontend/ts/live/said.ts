/** What someone said, in words: beside "Gezählt". Pure but for the page's own language. */

import type { Question, Value } from "./protocol";
import { word } from "./values";
import { wordingIn } from "./wordings";

export type Phrases = Readonly<Record<string, string | undefined>>;

export function phrase(words: Phrases, name: string, values: Readonly<Record<string, unknown>>) {
  return Object.entries(values).reduce(
    (text, [key, value]) => text.replace(`{${key}}`, String(value)),
    words[name] ?? "",
  );
}

export function said(
  question: Question,
  value: Value | null,
  words: Phrases,
  language: string,
): string {
  const name = (id: number | string) => {
    const option = question.options.find((own) => own.id === Number(id));
    return option ? wordingIn(option, language).text : "";
  };
  const marks = (given: Readonly<Record<string, number>>, unit: string) =>
    question.options
      .filter(({ id }) => String(id) in given)
      .map(({ id }) => `${name(id)}: ${withUnit(given[id] ?? 0, unit)}`)
      .join(", ");
  if (value === null) {
    return "";
  }
  if ("options" in value) {
    return question.options
      .filter(({ id }) => value.options.includes(id))
      .map(({ id }) => name(id))
      .join(", ");
  }
  if ("number" in value) {
    return withUnit(value.number, word(question, "unit"));
  }
  if ("ratings" in value) {
    return marks(value.ratings, "");
  }
  if ("ranking" in value) {
    return value.ranking.map((id, at) => `${at + 1}. ${name(id)}`).join(", ");
  }
  if ("points" in value) {
    return marks(value.points, word(question, "unit"));
  }
  if ("words" in value) {
    return value.words.join(", ");
  }
  if ("text" in value) {
    return value.text;
  }
  const [x, y] = value.pin;
  return phrase(words, "pinSaid", { x: Math.round(x / 10), y: Math.round(y / 10) });
}

export function withUnit(n: number, unit = ""): string {
  // A year is no amount: only from five digits on do they stand in groups.
  const number =
    Math.abs(n) < 10_000 ? String(n) : n.toLocaleString(document.documentElement.lang || "de");
  return unit ? `${number} ${unit}` : number;
}
