/** What a workshop asks at the door: after the scan, before the next one, or later. */

import type { DoorQuestion } from "./list";
import type { Answers, AnswerValue } from "./queue";
import { element, fill } from "./screen";

export class Questions {
  readonly #place: HTMLElement;
  readonly #form: HTMLTemplateElement;
  readonly #templates: (kind: string) => HTMLTemplateElement;

  constructor(root: HTMLElement) {
    this.#place = element(root, "[data-questions]");
    this.#form = element(root, "template[data-question-form]");
    this.#templates = (kind) => element(root, `template[data-question="${kind}"]`);
  }

  get isOpen(): boolean {
    return !this.#place.hidden;
  }

  /** Resolves with the answers, or with null for "later". */
  ask(who: string, questions: readonly DoorQuestion[]): Promise<Answers | null> {
    const part = fill(this.#form, { who });
    const form = element<HTMLFormElement>(part, "form");
    const fields = new Map(questions.map((question) => [question, this.#field(question)]));
    element(form, "[data-fields]").replaceChildren(...fields.values());
    const given = () => answersOf(questions, (question) => valueIn(form, question));
    const showAsked = () => {
      const asked = given();
      for (const [question, field] of fields) {
        field.hidden = !isAsked(question, asked);
        for (const input of field.querySelectorAll("input")) input.disabled = field.hidden;
      }
    };
    form.addEventListener("input", showAsked);
    this.#place.replaceChildren(part);
    this.#place.hidden = false;
    showAsked();
    form.querySelector<HTMLElement>("input:not([disabled])")?.focus();
    return new Promise((resolve) => {
      const close = (answers: Answers | null) => {
        this.#place.replaceChildren();
        this.#place.hidden = true;
        resolve(answers);
      };
      form.addEventListener("submit", (event) => {
        event.preventDefault();
        close(given());
      });
      element(form, "[data-later]").addEventListener("click", () => close(null));
    });
  }

  #field(question: DoorQuestion): HTMLElement {
    const name = nameOf(question);
    const part = fill(this.#templates(question.kind), {
      text: question.text,
      help: question.help_text,
    });
    const field = element(part, "[data-field]");
    const option = field.querySelector<HTMLTemplateElement>("template");
    if (option !== null) {
      option.replaceWith(...question.options.map((text) => fill(option, { text })));
    }
    field.querySelectorAll("input").forEach((input, index) => {
      input.name = name;
      input.id = `${name}-${index}`;
      const label = input.closest(".kern-form-check, [data-field]")?.querySelector("label");
      if (label) label.htmlFor = input.id;
      if (input.value === "" || input.value === "on") {
        input.value = question.options[index] ?? "";
      }
      input.required = question.is_required && question.kind !== "several";
    });
    return field;
  }
}

/** The answers that count, in the API's types: none for what is empty or not asked. */
export function answersOf(
  questions: readonly DoorQuestion[],
  typed: (question: DoorQuestion) => readonly string[],
): Answers {
  const answers: Record<string, AnswerValue> = {};
  for (const question of questions) {
    if (!isAsked(question, answers)) continue;
    const value = typedValue(question, typed(question));
    if (value !== null) answers[String(question.id)] = value;
  }
  return answers;
}

function isAsked(question: DoorQuestion, answers: Answers): boolean {
  if (question.depends_on === null) return true;
  const given = answers[String(question.depends_on)];
  if (given === undefined) return false;
  if (typeof given === "boolean") return (given ? "yes" : "no") === question.depends_value;
  if (typeof given === "object") return given.includes(question.depends_value);
  return String(given) === question.depends_value;
}

function typedValue(question: DoorQuestion, typed: readonly string[]): AnswerValue | null {
  const filled = typed.map((text) => text.trim()).filter((text) => text !== "");
  const first = filled[0];
  if (first === undefined) return null;
  if (question.kind === "several") return filled;
  if (question.kind === "yes_no") return first === "yes";
  if (question.kind === "number") return Number(first);
  return first;
}

function valueIn(form: HTMLFormElement, question: DoorQuestion): readonly string[] {
  return new FormData(form).getAll(nameOf(question)).map(String);
}

function nameOf(question: DoorQuestion): string {
  return `question-${question.id}`;
}
