/** People without a booking: one tap opens the numbers, the next lets them in. */

import { element, focusAnswer, type Words } from "./screen";
import { allowSound } from "./signal";

/** A second tap within this time is the first one's echo. */
const ECHO_MS = 1500;

export class WalkIns {
  #tappedAt = Number.NEGATIVE_INFINITY;

  constructor(root: HTMLElement, onWalkIn: (size: number, name: string, uuid: string) => void) {
    const box = element<HTMLDetailsElement>(root, "[data-walk-in]");
    const form = element<HTMLFormElement>(box, "form");
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      allowSound();
      const size = Number((event.submitter as HTMLButtonElement | null)?.value);
      if (!size || event.timeStamp - this.#tappedAt < ECHO_MS) return;
      this.#tappedAt = event.timeStamp;
      const name = String(new FormData(form).get("name") ?? "").trim();
      onWalkIn(size, name, crypto.randomUUID());
      form.reset();
      box.open = false;
      focusAnswer();
    });
  }
}

/** Their seats: a booking made at the door has no others. */
export function seatsOf(size: number): readonly number[] {
  return Array.from({ length: size }, (_, index) => index + 1);
}

/** The template to show and its words; what the server says of a full date is for booking at home. */
export function refusalOf(
  { code, detail }: { readonly code: string; readonly detail: string },
  size: number,
): [string, Words] {
  return code === "slot_full" ? [code, { people: String(size) }] : ["other", { detail }];
}
