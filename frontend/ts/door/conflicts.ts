/** Where the door let somebody in whom the server would not have: to be sorted out by people. */

import type { Conflict } from "./queue";
import { element, fill } from "./screen";
import type { Store } from "./store";

export class Conflicts {
  readonly #section: HTMLElement;
  readonly #row: HTMLTemplateElement;
  readonly #clock: Intl.DateTimeFormat;
  readonly #store: Store;
  readonly #slot: string;

  constructor(root: HTMLElement, clock: Intl.DateTimeFormat, store: Store, slot: string) {
    this.#section = element(root, "[data-conflicts]");
    this.#row = element(root, "template[data-conflict-row]");
    this.#clock = clock;
    this.#store = store;
    this.#slot = slot;
  }

  async show(): Promise<void> {
    const rows = await this.#store.conflicts(this.#slot);
    this.#section.hidden = rows.length === 0;
    element(this.#section, "[data-conflict-count]").textContent = String(rows.length);
    element(this.#section, "ul").replaceChildren(...rows.map((row) => this.#filled(row)));
  }

  #filled(conflict: Conflict): DocumentFragment {
    const words = {
      time: this.#clock.format(new Date(conflict.occurredAt)),
      who: conflict.who,
      seats: conflict.seats,
      first_time: conflict.firstTime ? this.#clock.format(new Date(conflict.firstTime)) : "",
      first_gate: conflict.firstGate,
      detail: conflict.detail,
      people: conflict.people ?? "",
    };
    const row = fill(this.#row, words, [`is-${conflict.reason}`]);
    element(row, "button").addEventListener("click", async () => {
      await this.#store.dismiss(conflict.uuid);
      await this.show();
    });
    return row;
  }
}
