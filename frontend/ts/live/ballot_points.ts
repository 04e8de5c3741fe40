/** Points to give away: a number for each option, a button less, a button more, what is left. */

import type { Around } from "./ballot_fields";
import { el } from "./dom";
import type { Question } from "./protocol";
import { phrase, withUnit } from "./said";
import { pointsLeft, setting, whole, word } from "./values";
import { say, wordingIn } from "./wordings";

export function pointFields(question: Question, around: Around): readonly HTMLElement[] {
  const total = setting(question, "total", 10);
  const highest = setting(question, "max", total);
  // A budget is given out in twenty steps, dots one by one.
  const step = total > 40 ? Math.max(1, Math.round(total / 20)) : 1;
  const unit = word(question, "unit") || (around.words.pointsUnit ?? "");
  const left = el("p", { class: "mw-left", id: "points-left" });
  const inputs: HTMLInputElement[] = [];

  const now = () =>
    pointsLeft(
      question,
      inputs.map((input) => [input.name, input.value]),
    );
  const count = () => {
    const n = now();
    const name = n < 0 ? "pointsOver" : "pointsLeft";
    left.textContent = phrase(around.words, name, {
      n: withUnit(Math.abs(n)),
      total: withUnit(total),
      unit,
    });
    left.toggleAttribute("data-over", n < 0);
  };

  const rows = question.options.map((option) => {
    const wording = wordingIn(option, around.language);
    const id = `points-${option.id}`;
    const input = el("input", {
      class: "kern-form-input__input mw-points__number",
      id,
      name: `points_${option.id}`,
      type: "text",
      inputmode: "numeric",
      autocomplete: "off",
      "aria-describedby": "points-left",
      value: around.entries.find(([name]) => name === `points_${option.id}`)?.[1] ?? "",
    });
    input.addEventListener("input", count);
    inputs.push(input);
    const move = (by: number) => {
      const before = whole(input.value) ?? 0;
      const most = Math.min(highest, before + Math.max(0, now()));
      input.value = String(Math.max(0, Math.min(before + by, by > 0 ? most : highest)));
      count();
      around.changed();
      around.tell(`${wording.text}: ${input.value}. ${left.textContent}`);
    };
    const button = (sign: string, by: number, name: string) => {
      const label = phrase(around.words, name, { option: wording.text });
      const made = el("button", { type: "button", class: "mw-square", "aria-label": label }, sign);
      made.addEventListener("click", () => move(by));
      return made;
    };
    const label = el("label", { class: "mw-points__label", for: id });
    say(label, wording);
    return el(
      "div",
      { class: "mw-points__row" },
      label,
      button("−", -step, "pointsLess"),
      input,
      button("+", step, "pointsMore"),
    );
  });
  count();
  return [el("div", { class: "mw-points" }, left, ...rows)];
}
