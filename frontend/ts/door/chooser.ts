/** Who of a party is there: all of them, or those that are ticked. */

import type { Party } from "./api";
import type { Reading } from "./content";
import { element, fill, focusAnswer } from "./screen";
import { allowSound } from "./signal";

type Chosen = (reading: Reading, seats?: readonly number[]) => void;

export class Chooser {
  readonly #place: HTMLElement;
  readonly #form: HTMLTemplateElement;
  readonly #seat: HTMLTemplateElement;
  readonly #onChosen: Chosen;

  constructor(root: HTMLElement, onChosen: Chosen) {
    this.#place = element(root, "[data-chooser]");
    this.#form = element(root, "template[data-choice]");
    this.#seat = element(root, "template[data-choice-seat]");
    this.#onChosen = onChosen;
  }

  /** `leaving`: those who are inside go out; else the others come in. */
  open(reading: Reading, party: Party, leaving: boolean): void {
    const moving = party.seats.filter((seat) => seat.inside === leaving);
    const words = { name: party.name, count: String(moving.length) };
    const part = fill(this.#form, words, [leaving ? "leaving" : "coming"]);
    const form = element<HTMLFormElement>(part, "form");
    element(form, "[data-seats]").replaceChildren(
      ...party.seats.map(({ seq, name, inside }) => {
        const settled = inside !== leaving;
        const state = inside ? "inside" : "outside";
        const row = fill(this.#seat, { seq: String(seq), name }, settled ? [state] : []);
        const box = element<HTMLInputElement>(row, "input");
        box.value = String(seq);
        box.id = `seat-${seq}`;
        box.checked = !settled;
        box.disabled = settled;
        element<HTMLLabelElement>(row, "label").htmlFor = box.id;
        return row;
      }),
    );
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      allowSound();
      const all = event.submitter?.getAttribute("name") === "all";
      const seats = new FormData(form).getAll("seats").map(Number);
      if (!all && seats.length === 0) return;
      this.close();
      focusAnswer();
      if (all) this.#onChosen(reading);
      else this.#onChosen(reading, seats);
    });
    this.#place.replaceChildren(part);
    this.#place.hidden = false;
    element(this.#place, "button").focus();
  }

  close(): void {
    this.#place.replaceChildren();
    this.#place.hidden = true;
  }
}
