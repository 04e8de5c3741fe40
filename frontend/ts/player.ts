/**
 * The nickname goes to the seat with which this phone votes: the one in its local storage, which
 * outlives the page's cookie. The plain form says what is wrong with a name that was refused.
 */

import { Ballots } from "./live/ballots";
import { storage } from "./live/page";

async function send(form: HTMLFormElement, token: string, leave: boolean): Promise<void> {
  const { rest = "", back = "" } = form.dataset;
  try {
    const answer = await fetch(rest, {
      method: leave ? "DELETE" : "POST",
      headers: { Authorization: `Seat ${token}`, "Content-Type": "application/json" },
      credentials: "omit",
      ...(leave ? {} : { body: JSON.stringify({ nickname: new FormData(form).get("nickname") }) }),
    });
    if (answer.ok) {
      location.assign(back);
      return;
    }
  } catch {
    // No network: the browser says so when the plain form is sent.
  }
  form.submit();
}

for (const form of document.querySelectorAll<HTMLFormElement>("form[data-player]")) {
  form.addEventListener("submit", (event) => {
    const { token } = new Ballots(form.dataset.player ?? "", storage());
    const leave = form.dataset.leave !== undefined;
    // The plain form says that a name is missing.
    if (token && (leave || new FormData(form).get("nickname"))) {
      event.preventDefault();
      void send(form, token, leave);
    }
  });
}
