/** By name, for those who have no code with them: from three letters, and only with a network. */

import type { Party, Server } from "./api";
import { element, fill } from "./screen";

const FEWEST = 3;
const PAUSE_MS = 250;

export class Search {
  readonly #server: Server;
  readonly #field: HTMLInputElement;
  readonly #section: HTMLElement;
  readonly #row: HTMLTemplateElement;
  readonly #onChosen: (party: Party) => void;
  #timer = 0;

  constructor(root: HTMLElement, server: Server, onChosen: (party: Party) => void) {
    this.#server = server;
    this.#section = element(root, "[data-search]");
    this.#field = element(this.#section, "input[type=search]");
    this.#row = element(root, "template[data-search-row]");
    this.#onChosen = onChosen;
    this.#field.addEventListener("input", () => {
      clearTimeout(this.#timer);
      this.#timer = window.setTimeout(() => void this.#look(), PAUSE_MS);
    });
    element(this.#section, "form").addEventListener("submit", (event) => {
      event.preventDefault();
      void this.#look();
    });
  }

  close(): void {
    this.#field.value = "";
    this.#show([]);
    for (const note of this.#section.querySelectorAll<HTMLElement>("[data-note]")) {
      note.hidden = true;
    }
  }

  async #look(): Promise<void> {
    const name = this.#field.value.trim();
    if (name.length < FEWEST) {
      this.#show([]);
      return;
    }
    const reply = await this.#server.search(name);
    if (name !== this.#field.value.trim()) return;
    const found = reply.kind === "answer" ? reply.answer.results : [];
    this.#note("away").hidden = reply.kind === "answer";
    this.#note("none").hidden = reply.kind !== "answer" || found.length > 0;
    this.#show(found);
  }

  #note(name: string): HTMLElement {
    return element(this.#section, `[data-note="${name}"]`);
  }

  #show(parties: readonly Party[]): void {
    element(this.#section, "ul").replaceChildren(
      ...parties.map((party) => {
        const inside = party.seats.filter((seat) => seat.inside).length;
        const row = fill(this.#row, {
          name: party.name,
          code: party.code,
          inside: String(inside),
          seats: String(party.seats.length),
        });
        element(row, "button").addEventListener("click", () => this.#onChosen(party));
        return row;
      }),
    );
  }
}
