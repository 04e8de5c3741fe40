/**
 * A ranking: all options in an order, each with a button up and a button down, and a handle.
 *
 * They start in the order of the question, and that is nobody's answer: until something is moved,
 * or a press of "Reihenfolge so lassen" says that it is meant, there is nothing to send. Else
 * whoever just sends would vote for the order in which the town wrote its options down, and what
 * stands first wins by standing first (Krosnick and Alwin 1987, "An evaluation of a cognitive theory
 * of response-order effects in survey measurement", Public Opinion Quarterly 51). A shuffled start
 * would only spread these non-answers evenly, as noise that counts; and in a hall, where the
 * question is read out and stands on the wall, everyone should find the options in one order. The
 * plain form (`live/parts/answers/ranking.html`) starts with empty places, which asks for the same.
 */

import type { Around } from "./ballot_fields";
import { el } from "./dom";
import type { Question } from "./protocol";
import { phrase } from "./said";
import { places } from "./values";
import { say, wordingIn } from "./wordings";

export function rankingFields(question: Question, around: Around): readonly HTMLElement[] {
  const counted = places(question);
  const list = el("ol", { class: "mw-ranking" });
  const items = () => [...list.children] as HTMLLIElement[];
  const ranked = rankedIn(question, around);
  let said = ranked.length > 0;
  const keep = el("button", { type: "button", class: "kern-btn kern-btn--secondary" });
  keep.append(el("span", { class: "kern-label" }, around.words.keepOrder ?? ""));
  keep.dataset.keepOrder = "";

  /** The first places count, and they alone are fields of the form. */
  const number = () => {
    for (const [at, item] of items().entries()) {
      const input = item.querySelector("input");
      const place = item.querySelector(".mw-ranking__place");
      if (input && place) {
        input.name = `place_${at + 1}`;
        input.disabled = !said || at >= counted;
        place.textContent = at < counted ? `${at + 1}.` : "–";
      }
      item.toggleAttribute("data-out", at >= counted);
      mark(item, "up", at === 0);
      mark(item, "down", at === items().length - 1);
    }
    keep.hidden = said;
  };

  const mean = () => {
    said = true;
    number();
    around.changed();
  };

  keep.addEventListener("click", () => {
    mean();
    around.tell(around.words.orderKept ?? "");
    // The button goes; the next step is to send.
    list.closest("form")?.querySelector<HTMLElement>("[type=submit]")?.focus();
  });

  const move = (item: HTMLLIElement, to: number) => {
    const all = items();
    const from = all.indexOf(item);
    const place = Math.max(0, Math.min(to, all.length - 1));
    if (place === from) {
      return;
    }
    // The others step aside: an item that leaves the page for a moment loses the finger on it.
    if (place > from) {
      item.before(...all.slice(from + 1, place + 1));
    } else {
      item.after(...all.slice(place, from));
    }
    mean();
    const option = item.querySelector(".mw-ranking__text")?.textContent ?? "";
    around.tell(phrase(around.words, "rankedAt", { option, n: place + 1, all: all.length }));
  };

  for (const option of new Set([...ranked, ...question.options])) {
    const wording = wordingIn(option, around.language);
    const text = el("span", { class: "mw-ranking__text" });
    say(text, wording);
    const item = el("li", { class: "mw-ranking__item" });
    const button = (way: "up" | "down", sign: string) => {
      const label = phrase(around.words, way, { option: wording.text });
      const made = el(
        "button",
        { type: "button", class: "mw-square", "aria-label": label, "data-way": way },
        sign,
      );
      made.addEventListener("click", () => {
        move(item, items().indexOf(item) + (way === "up" ? -1 : 1));
        made.focus();
      });
      return made;
    };
    item.append(
      el("input", { type: "hidden", value: option.id }),
      handle(item, items, move),
      el("span", { class: "mw-ranking__place", "aria-hidden": "true" }),
      text,
      button("up", "↑"),
      button("down", "↓"),
    );
    list.append(item);
  }
  number();
  return [list, keep];
}

/** What the draft, or the ballot that is changed, has in order; the others follow. */
function rankedIn({ options }: Question, { entries }: Around) {
  return entries
    .filter(([name]) => name.startsWith("place_"))
    .map(([, id]) => options.find((option) => option.id === Number(id)))
    .filter((option) => option !== undefined);
}

/** The button stays where it is and can be reached, so that the focus is not lost. */
function mark(item: HTMLElement, way: string, off: boolean): void {
  item.querySelector(`[data-way="${way}"]`)?.setAttribute("aria-disabled", String(off));
}

/** For those who would rather drag; everything works without it. */
function handle(
  item: HTMLLIElement,
  items: () => HTMLLIElement[],
  move: (item: HTMLLIElement, to: number) => void,
): HTMLElement {
  const grip = el("span", { class: "mw-ranking__grip", "aria-hidden": "true" }, "⠿");
  grip.addEventListener("pointerdown", (event) => {
    event.preventDefault();
    grip.setPointerCapture(event.pointerId);
    item.toggleAttribute("data-dragged", true);
  });
  grip.addEventListener("pointermove", (event) => {
    if (item.hasAttribute("data-dragged")) {
      const all = items();
      const under = all.findIndex((other) => {
        const { top, bottom } = other.getBoundingClientRect();
        return top <= event.clientY && event.clientY <= bottom;
      });
      if (under >= 0) {
        move(item, under);
      }
    }
  });
  for (const end of ["pointerup", "pointercancel"]) {
    grip.addEventListener(end, () => item.removeAttribute("data-dragged"));
  }
  return grip;
}
