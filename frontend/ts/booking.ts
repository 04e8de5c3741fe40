/** The booking form: conditional questions, a hint at a mistyped address, the proof of work. */

import ProofSolver from "altcha/workers/sha?worker";
import { suggestion } from "./booking/address";
import { watchConditions } from "./booking/conditions";
import { solveIn } from "./booking/proof";

for (const form of document.querySelectorAll<HTMLFormElement>("form.mw-form")) {
  watchConditions(form);
  solveIn(form, () => new ProofSolver());
}

// The hint moves what stands below it: a press that has begun on a button is to end on it.
const PRESS_MS = 300;

const input = document.querySelector<HTMLInputElement>("[data-mail-domains]");
const hint = document.querySelector<HTMLElement>("[data-mail-hint]");
const button = hint?.querySelector("button");
const label = button?.querySelector("span");

function look(): void {
  if (!(input && hint && label)) return;
  const meant = suggestion(input.value, (input.dataset.mailDomains ?? "").split(" "));
  label.textContent = `${hint.dataset.text ?? ""} ${meant}?`;
  hint.hidden = !meant;
}

if (input && hint && button) {
  // Beside the field it is about.
  (input.closest(".kern-form-input") ?? input).append(hint);
  input.addEventListener("blur", () => setTimeout(look, PRESS_MS));
  button.addEventListener("click", () => {
    const domains = (input.dataset.mailDomains ?? "").split(" ");
    input.value = suggestion(input.value, domains) || input.value;
    hint.hidden = true;
    input.focus();
  });
}
