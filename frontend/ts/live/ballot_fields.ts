/**
 * The fields of a ballot, type by type: the same markup and the same names as the plain HTML form
 * (templates/live/parts/answers/), so that what reads one reads the other.
 */

import { pinFields } from "./ballot_pin";
import { pointFields } from "./ballot_points";
import { rankingFields } from "./ballot_ranking";
import { el } from "./dom";
import type { Option, Question } from "./protocol";
import { type Phrases, phrase } from "./said";
import { type Entries, setting, takesMany, word } from "./values";
import { endIn, say, type Worded, wordingIn } from "./wordings";

/** What the fields need to know besides the question. */
export interface Around {
  readonly entries: Entries;
  readonly language: string;
  readonly words: Phrases;
  /** Say politely what a press of a button did. */
  readonly tell: (sentence: string) => void;
  /** Fields changed by script, not by typing. */
  readonly changed: () => void;
}

export function drawFields(question: Question, around: Around): readonly HTMLElement[] {
  switch (question.type) {
    case "scale":
      return [scale("number", question, around)];
    case "rating":
      return question.options.map((option) => ratingRow(question, option, around));
    case "number":
      return [numberField(question, around)];
    case "ranking":
      return rankingFields(question, around);
    case "points":
      return pointFields(question, around);
    case "words":
      return wordFields(question, around);
    case "text":
      return textField(question, around);
    case "pin":
      return pinFields(question, around);
    case "image":
      return [el("div", { class: "mw-picture-choices" }, ...question.options.map(choiceOf))];
    default:
      return question.options.map(choiceOf);
  }

  function choiceOf(option: Option): HTMLElement {
    const input = el("input", {
      type: takesMany(question) ? "checkbox" : "radio",
      name: "options",
      value: option.id,
    });
    input.checked = chosen(around, "options", String(option.id));
    const text = worded(wordingIn(option, around.language));
    const picture =
      question.type === "image" && option.image
        ? [el("img", { src: option.image, alt: "", class: "mw-picture-choice__image" })]
        : [];
    const look = question.type === "image" ? "mw-choice mw-picture-choice" : "mw-choice";
    return el("label", { class: look }, ...picture, input, text);
  }
}

export function worded(wording: Worded, tag: "span" | "legend" = "span"): HTMLElement {
  const made = el(tag);
  say(made, wording);
  return made;
}

export function typed({ entries }: Around, name: string): string {
  return entries.find(([key]) => key === name)?.[1] ?? "";
}

function chosen({ entries }: Around, name: string, value: string): boolean {
  return entries.some(([key, said]) => key === name && said === value);
}

function scale(name: string, question: Question, around: Around): HTMLElement {
  const low = setting(question, "min", 1);
  const high = setting(question, "max", 5);
  const first = endIn(question, "low", around.language);
  const last = endIn(question, "high", around.language);
  const row = el("div", { class: "mw-steps" });
  for (let step = low; step <= high; step += 1) {
    const input = el("input", { type: "radio", name, value: step });
    input.checked = chosen(around, name, String(step));
    const end = step === low ? first : step === high ? last : null;
    const spoken = end?.text
      ? [el("span", { class: "kern-sr-only", lang: end.lang }, ` ${end.text}`)]
      : [];
    row.append(el("label", { class: "mw-step" }, input, el("span", {}, String(step), ...spoken)));
  }
  const box = el("div", { class: "mw-scale" });
  if (first.text || last.text) {
    const words = { class: "mw-scale__ends", "aria-hidden": "true" };
    box.append(el("p", words, worded(first), worded(last)));
  }
  box.append(row);
  return box;
}

function ratingRow(question: Question, option: Option, around: Around): HTMLElement {
  const name = `rating_${option.id}`;
  const legend = worded(wordingIn(option, around.language), "legend");
  legend.className = "mw-rating__item";
  const none = el("input", { type: "radio", name, value: "" });
  none.checked = typed(around, name) === "";
  const skip = el("label", { class: "mw-no-mark" }, none, el("span", {}, around.words.skip ?? ""));
  return el("fieldset", { class: "mw-rating" }, legend, scale(name, question, around), skip);
}

function numberField(question: Question, around: Around): HTMLElement {
  const low = setting(question, "min", 0);
  const input = el("input", {
    class: "kern-form-input__input mw-number-input",
    id: "ballot-number",
    name: "number",
    // A number field swallows what it takes for none; text keeps all that was typed.
    type: "text",
    inputmode: low < 0 ? "text" : "numeric",
    autocomplete: "off",
    "aria-describedby": "choice-hint choice-error",
    value: typed(around, "number"),
  });
  const label = el("label", { class: "kern-label", for: "ballot-number" });
  label.textContent = around.words.numberLabel ?? "";
  const unit = word(question, "unit");
  const row = el("div", { class: "mw-unit" }, input, ...(unit ? [el("span", {}, unit)] : []));
  return el("div", { class: "kern-form-input" }, label, row);
}

function wordFields(question: Question, around: Around): readonly HTMLElement[] {
  const before = around.entries.filter(([name]) => name === "words").map(([, text]) => text);
  return Array.from({ length: setting(question, "max", 3) }, (_none, at) => {
    const id = `ballot-word-${at + 1}`;
    const input = el("input", {
      class: "kern-form-input__input",
      id,
      name: "words",
      type: "text",
      maxlength: 30,
      autocomplete: "off",
      dir: "auto",
      value: before[at] ?? "",
    });
    const label = el("label", { class: "kern-label", for: id });
    label.textContent = phrase(around.words, "wordLabel", { n: at + 1 });
    return el("div", { class: "kern-form-input" }, label, input);
  });
}

function textField(question: Question, around: Around): readonly HTMLElement[] {
  const longest = setting(question, "length", 280);
  const area = el("textarea", {
    class: "kern-form-input__input",
    id: "ballot-text",
    name: "text",
    rows: 5,
    maxlength: longest,
    dir: "auto",
    "aria-describedby": "ballot-text-left",
  });
  area.value = typed(around, "text");
  const left = el("p", { class: "kern-hint mw-number", id: "ballot-text-left" });
  const count = () => {
    left.textContent = phrase(around.words, "textLeft", { n: longest - [...area.value].length });
  };
  area.addEventListener("input", count);
  count();
  const label = el("label", { class: "kern-label", for: "ballot-text" });
  label.textContent = around.words.textLabel ?? "";
  return [el("div", { class: "kern-form-input" }, label, area, left)];
}
