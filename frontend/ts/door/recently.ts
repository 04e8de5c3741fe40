/** The last ones that this device let in or out, each to be taken back for a while. */

import type { Scan } from "./queue";
import { element, fill } from "./screen";

export interface Done {
  readonly scan: Scan;
  readonly at: Date;
  readonly who: string;
  readonly seats: string;
  readonly people: string;
  readonly isOffline: boolean;
  /** Asks what is still open; absent where nothing is. */
  readonly ask?: (() => void) | undefined;
}

const SHOWN = 5;

export class Recently {
  readonly #section: HTMLElement;
  readonly #row: HTMLTemplateElement;
  readonly #undoMs: number;
  readonly #onUndo: (done: Done) => void;
  readonly #clock: Intl.DateTimeFormat;
  #rows: readonly Done[] = [];
  #shown = "";

  constructor(root: HTMLElement, clock: Intl.DateTimeFormat, onUndo: (done: Done) => void) {
    this.#section = element(root, "[data-recent]");
    this.#row = element(root, "template[data-recent-row]");
    this.#undoMs = Number(root.dataset.undoSeconds) * 1000;
    this.#clock = clock;
    this.#onUndo = onUndo;
  }

  add(done: Done): void {
    const others = this.#rows.filter((row) => row.scan.client_uuid !== done.scan.client_uuid);
    this.#rows = [done, ...others].slice(0, SHOWN);
    this.show();
  }

  remove(done: Done): void {
    this.#rows = this.#rows.filter((row) => row.scan.client_uuid !== done.scan.client_uuid);
    this.show();
  }

  /** Again now and then: what is too old can no longer be taken back. */
  show(now = new Date()): void {
    // Drawn anew only where something is new: a button that is drawn again loses the focus.
    const state = this.#rows.map((row) => [
      row.scan.client_uuid,
      this.mayUndo(row, now),
      !!row.ask,
    ]);
    if (String(state) === this.#shown) return;
    this.#shown = String(state);
    this.#section.hidden = this.#rows.length === 0;
    element(this.#section, "ul").replaceChildren(
      ...this.#rows.map((done) => this.#filled(done, now)),
    );
  }

  /** Whether the time to take it back is not over. */
  mayUndo(done: Done, now: Date): boolean {
    return now.getTime() - done.at.getTime() < this.#undoMs;
  }

  #filled(done: Done, now: Date): DocumentFragment {
    const keep = [
      ...(this.mayUndo(done, now) ? ["undo"] : []),
      ...(done.ask ? ["ask"] : []),
      ...(done.isOffline ? ["offline"] : []),
      done.scan.kind,
    ];
    const { at, who, seats, people } = done;
    const words = { time: this.#clock.format(at), who, seats, people };
    const row = fill(this.#row, words, keep);
    const undo = row.querySelector("[data-undo-row]");
    undo?.addEventListener("click", () => this.#onUndo(done));
    row.querySelector("[data-ask-row]")?.addEventListener("click", () => done.ask?.());
    return row;
  }
}
