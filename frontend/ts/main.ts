/**
 * What every page loads: the styles, the focus on the summary of a form's errors, and the broom for
 * what a door has left on this device.
 */

import "../styles/main.css";
import { knownTowns } from "./door/towns";

document.querySelector<HTMLElement>("[data-error-summary]")?.focus();

const towns = knownTowns();
if (towns.length > 0) {
  const { doorForgotten } =
    document.querySelector<HTMLElement>("[data-door-forgotten]")?.dataset ?? {};
  void import("./door/tidy")
    .then(({ tidy }) => tidy(towns, new Date(), doorForgotten))
    // Without a network the next page does it.
    .catch(() => undefined);
}
