/** One ballot on the page: its fields, its hint, its error, its draft, its languages. */

import { drawFields } from "./ballot_fields";
import type { Ballots } from "./ballots";
import { el } from "./dom";
import { fill, part } from "./page";
import type { Question, Value } from "./protocol";
import { type Phrases, phrase, withUnit } from "./said";
import type { Found } from "./state";
import { type Entries, entriesOf, limits, places, readValue, setting, takesMany } from "./values";
import { languagesOf, say, wordingIn } from "./wordings";

const OWN_FIELDS = new Set(["action", "round", "ballot", "version", "csrfmiddlewaretoken"]);

export interface Around {
  readonly words: Phrases;
  readonly ballots: Ballots;
  readonly language: string;
  readonly tell: (sentence: string) => void;
  readonly vote: (value: Value) => void;
  readonly speak: (language: string) => void;
}

export function prepareBallot(form: HTMLFormElement, found: Found, around: Around): void {
  const { question, round } = found;
  const { ballots, words, language } = around;
  const entries = ballots.draft(round.id) ?? entriesOf(ballots.of(round.id)?.value ?? null);
  const keep = () => ballots.keepDraft(round.id, entriesIn(form));
  const list = part(form, "[data-options]");
  list?.replaceChildren(
    ...drawFields(question, { entries, language, words, tell: around.tell, changed: keep }),
  );
  list?.setAttribute("dir", wordingIn(question, language).dir);
  drawPicture(form, question);
  drawLanguages(form, question, around);
  fill(form, { hint: told(question, words, "hint") });
  form.addEventListener("input", keep);
  form.addEventListener("change", keep);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const value = readValue(question, entriesIn(form));
    if (value) {
      around.vote(value);
    } else {
      refuse(form, told(question, words, "problem"));
    }
  });
}

/** What stands in the fields of the answer, not in those of the form itself. */
export function entriesIn(form: HTMLFormElement): Entries {
  return [...new FormData(form)].flatMap(([name, value]) =>
    typeof value === "string" && !OWN_FIELDS.has(name) ? [[name, value] as const] : [],
  );
}

/** Whether something stands there that the server did not write. */
export function isTouched(form: HTMLFormElement): boolean {
  return [...form.elements].some((field) => {
    if (field instanceof HTMLInputElement) {
      return field.checked !== field.defaultChecked || field.value !== field.defaultValue;
    }
    if (field instanceof HTMLTextAreaElement) {
      return field.value !== field.defaultValue;
    }
    const options = field instanceof HTMLSelectElement ? [...field.options] : [];
    return options.some((option) => option.selected !== option.defaultSelected && option.value);
  });
}

function refuse(form: HTMLFormElement, problem: string): void {
  fill(form, { error: problem });
  part(form, "[data-error]")?.removeAttribute("hidden");
  part(form, "fieldset")?.setAttribute("aria-invalid", "true");
  const fields = "[data-options] :is(input:checked, input:not([type=hidden]), textarea, button)";
  const first = part(form, ".mw-pin, [data-keep-order]") ?? part(form, fields);
  first?.focus();
}

/** The sentence of this name for this type of question, with its numbers. */
export function told(question: Question, words: Phrases, name: "hint" | "problem"): string {
  const [low, high] = limits(question);
  const kinds: Record<string, string> = { yes_no: "choice", single: "choice" };
  const many = low === high ? "exact" : "range";
  const unranked = name === "problem" && question.type === "ranking";
  const kind = ["multiple", "quiz", "image"].includes(question.type)
    ? takesMany(question)
      ? many
      : "choice"
    : unranked
      ? "unranked"
      : (kinds[question.type] ?? question.type);
  const total = setting(question, "total", 10);
  const most = setting(question, "max", question.type === "points" ? total : 3);
  const free = kind === "points" && most === total ? "_free" : "";
  return phrase(words, `${name}_${kind}${free}`, {
    low,
    high,
    places: places(question),
    total: withUnit(total),
    most: withUnit(most),
    min: withUnit(setting(question, "min", 0)),
    max: withUnit(setting(question, "max", 100)),
    length: setting(question, "length", 280),
    unit: String(question.config.unit ?? words.pointsUnit ?? ""),
  });
}

function drawPicture(form: HTMLFormElement, question: Question): void {
  const picture = part<HTMLImageElement>(form, "[data-picture]");
  if (picture && question.image && question.type !== "pin") {
    picture.src = question.image;
    picture.alt = question.image_alt ?? "";
    picture.hidden = false;
  }
}

function drawLanguages(form: HTMLFormElement, question: Question, around: Around): void {
  const bar = part(form, "[data-languages]");
  const languages = languagesOf(question);
  if (!bar) {
    return;
  }
  bar.hidden = languages.length === 0;
  const now = languages.some(([code]) => code === around.language) ? around.language : "de";
  part(bar, "ul")?.replaceChildren(
    ...languages.map(([code, name]) => {
      const link = el("a", {
        href: `?sprache=${code}`,
        class: "mw-chip",
        lang: code === "leicht" ? "de" : code,
        "aria-current": code === now && "true",
        "data-language": code,
      });
      link.textContent = name;
      link.addEventListener("click", (event) => {
        event.preventDefault();
        around.speak(code);
      });
      return el("li", {}, link);
    }),
  );
}

export function fillQuestion(area: ParentNode, question: Question, language: string): void {
  for (const place of area.querySelectorAll('[data-fill="question"]')) {
    say(place, wordingIn(question, language));
  }
}
