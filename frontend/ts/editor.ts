/** The editor of a question: what was typed is not lost with a reload or a log-in that ran out. */

import { keepForm } from "./live/kept_form";

const form = document.querySelector<HTMLFormElement>("form[data-keep]");
const note = document.querySelector<HTMLElement>("[data-kept]");
if (form && note) {
  keepForm(form, note);
}
