/** Who of a party is there: all of them, or those that are ticked. */

import type { Seats } from "./api";
import { element, fill } from "./screen";
import { allowSound } from "./signal";

type Chosen = (code: string, seats?: readonly number[]) => void;

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

  open(booking: Seats): void {
    const part = fill(this.#form, { name: booking.name, count: String(booking.seats.length) });
    const form = element<HTMLFormElement>(part, "form");
    element(form, "[data-seats]").replaceChildren(
      ...booking.seats.map(({ seq, name, inside }) => {
        const row = fill(this.#seat, { seq: String(seq), name }, inside ? ["inside"] : []);
        const box = element<HTMLInputElement>(row, "input");
        box.value = String(seq);
        box.id = `seat-${seq}`;
        box.checked = !inside;
        box.disabled = inside;
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
      if (all) this.#onChosen(booking.code);
      else this.#onChosen(booking.code, seats);
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
