/** What follows an answer: taking it back, insisting on it with a reason, and the door's questions. */

import type { Reading } from "./content";
import type { Holdings } from "./holdings";
import type { Found } from "./list";
import { Questions } from "./questions";
import type { Answers, Kind, Scan } from "./queue";
import { type Done, Recently } from "./recently";
import { element, focusAnswer } from "./screen";
import { allowSound } from "./signal";

/** What the volunteer wants of a reading, beyond the mode that is set. */
export interface Wish {
  readonly kind?: Kind;
  readonly seats?: readonly number[] | undefined;
  readonly force?: string;
}

interface Then {
  readonly present: (reading: Reading, wish: Wish) => void;
  readonly answer: (scan: Scan, answers: Answers) => void;
}

export class Afterwards {
  readonly #undoButton: HTMLElement;
  readonly #force: HTMLFormElement;
  readonly #questions: Questions;
  readonly #recently: Recently;
  readonly #holdings: Holdings;
  readonly #then: Then;
  readonly #asked = new Set<string>();
  #last: Done | null = null;
  #refused: Scan | null = null;

  constructor(root: HTMLElement, holdings: Holdings, clock: Intl.DateTimeFormat, then: Then) {
    this.#undoButton = element(root, "[data-undo]");
    this.#force = element(root, "[data-force]");
    this.#questions = new Questions(root);
    this.#recently = new Recently(root, clock, (done) => this.#undo(done));
    this.#holdings = holdings;
    this.#then = then;
    element(this.#undoButton, "button").addEventListener("click", () => {
      if (this.#last !== null) this.#undo(this.#last);
    });
    this.#useForce();
  }

  /** A question is open: the next guest waits for it, or for "later". */
  get isAsking(): boolean {
    return this.#questions.isOpen;
  }

  /** The next one is before the door: what was offered for the last is gone, but for the list. */
  clear(): void {
    this.#offerUndo(null);
    this.offerForce(null);
  }

  /** Now and then: what is too old can no longer be taken back. */
  tick(): void {
    this.#recently.show();
    if (this.#last !== null && !this.#recently.mayUndo(this.#last, new Date())) {
      this.#offerUndo(null);
    }
  }

  /**
   * Somebody went in or out: offer to take it back, and ask what is open. `people`: so many, without
   * a booking.
   */
  moved(scan: Scan, who: string, found: Found | null, people = ""): void {
    const seats = people === "" ? (scan.seats?.join(", ") ?? "") : "";
    const isOffline = scan.offline === true;
    const base: Done = { scan, at: new Date(), who, seats, people, isOffline };
    const isOpen = scan.kind === "entry" && found !== null && this.#open(found).length > 0;
    const ask = isOpen ? () => void this.#ask(base, found) : undefined;
    const done: Done = { ...base, ask };
    this.#recently.add(done);
    this.#offerUndo(done);
    ask?.();
  }

  offerForce(refused: Scan | null): void {
    this.#refused = refused;
    this.#force.hidden = refused === null;
    this.#force.reset();
  }

  #open(found: Found) {
    return this.#asked.has(found.party) ? [] : this.#holdings.questionsFor(found);
  }

  async #ask(done: Done, found: Found): Promise<void> {
    const answers = await this.#questions.ask(done.who || done.seats, this.#open(found));
    if (answers === null) return;
    this.#asked.add(found.party);
    this.#recently.add(done);
    this.#then.answer(done.scan, answers);
  }

  #undo(done: Done): void {
    allowSound();
    this.#recently.remove(done);
    this.clear();
    focusAnswer();
    const kind: Kind = done.scan.kind === "exit" ? "entry" : "undo";
    this.#then.present(readingOf(done.scan), { kind, seats: done.scan.seats });
  }

  #offerUndo(done: Done | null): void {
    this.#last = done;
    this.#undoButton.hidden = done === null;
  }

  #useForce(): void {
    const field = element<HTMLInputElement>(this.#force, "[name=force_other]");
    this.#force.addEventListener("submit", (event) => {
      event.preventDefault();
      allowSound();
      const chosen = (event.submitter as HTMLButtonElement | null)?.value;
      const force = (chosen || field.value).trim();
      const refused = this.#refused;
      if (force === "" || refused === null) return field.focus();
      this.offerForce(null);
      focusAnswer();
      this.#then.present(readingOf(refused), { kind: refused.kind, seats: refused.seats, force });
    });
  }
}

export function readingOf(scan: Scan): Reading {
  if ("walk_in" in scan) return { walk_in: scan.walk_in };
  return "code" in scan ? { code: scan.code } : { secret: scan.secret };
}
