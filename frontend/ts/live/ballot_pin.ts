/** A place on a picture or a map: tapped, moved with the arrow keys, or typed as two numbers. */

import type { Around } from "./ballot_fields";
import { el } from "./dom";
import type { Question } from "./protocol";
import { phrase } from "./said";
import { percent, SIDE, thousandths } from "./values";

const STEP = 20;
const ARROWS: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};
const SVG = "http://www.w3.org/2000/svg";

export function pinFields(question: Question, around: Around): readonly HTMLElement[] {
  const field = (name: "pin_x" | "pin_y", label: string) => {
    const id = name.replace("_", "-");
    const input = el("input", {
      class: "kern-form-input__input",
      id,
      name,
      type: "text",
      inputmode: "decimal",
      autocomplete: "off",
      value: around.entries.find(([key]) => key === name)?.[1] ?? "",
    });
    const words = el("label", { class: "kern-label", for: id }, around.words[label] ?? "");
    return { input, box: el("div", { class: "kern-form-input" }, words, input) };
  };
  const x = field("pin_x", "pinX");
  const y = field("pin_y", "pinY");

  const marker = document.createElementNS(SVG, "svg");
  marker.setAttribute("class", "mw-pin__marker");
  marker.setAttribute("aria-hidden", "true");
  const ring = circle("mw-pin__ring", 14);
  const dot = circle("mw-pin__dot", 6);
  marker.append(ring, dot);

  const ground = el(
    "div",
    {
      class: "mw-pin",
      tabindex: 0,
      role: "application",
      "aria-label": phrase(around.words, "pinGround", { alt: question.image_alt ?? "" }),
      "aria-describedby": "choice-hint",
    },
    el("img", { src: question.image ?? "", alt: "", class: "mw-pin__image", draggable: "false" }),
  );
  ground.append(marker);

  const show = () => {
    const left = thousandths(x.input.value);
    const top = thousandths(y.input.value);
    marker.toggleAttribute("hidden", left === null || top === null);
    for (const one of [ring, dot]) {
      one.setAttribute("cx", `${(left ?? 0) / 10}%`);
      one.setAttribute("cy", `${(top ?? 0) / 10}%`);
    }
  };
  const put = (left: number, top: number) => {
    x.input.value = percent(within(left));
    y.input.value = percent(within(top));
    show();
    around.changed();
  };

  ground.addEventListener("click", (event) => {
    const box = ground.getBoundingClientRect();
    put(
      ((event.clientX - box.left) / box.width) * SIDE,
      ((event.clientY - box.top) / box.height) * SIDE,
    );
  });
  ground.addEventListener("keydown", (event) => {
    const way = ARROWS[event.key];
    if (!way) {
      return;
    }
    event.preventDefault();
    const step = event.shiftKey ? 1 : STEP;
    const left = thousandths(x.input.value);
    const top = thousandths(y.input.value);
    // The first arrow puts the pin into the middle, the next ones move it.
    if (left === null || top === null) {
      put(SIDE / 2, SIDE / 2);
    } else {
      put(left + way[0] * step, top + way[1] * step);
    }
    around.tell(
      phrase(around.words, "pinSaid", {
        x: Math.round(Number(x.input.value)),
        y: Math.round(Number(y.input.value)),
      }),
    );
  });
  for (const { input } of [x, y]) {
    input.addEventListener("input", show);
  }
  show();
  const summary = el("summary", {}, around.words.pinNumbers ?? "");
  const numbers = el("details", { class: "mw-pin__numbers" }, summary, x.box, y.box);
  return [ground, numbers];
}

function circle(name: string, radius: number): SVGCircleElement {
  const made = document.createElementNS(SVG, "circle");
  made.setAttribute("class", name);
  made.setAttribute("r", String(radius));
  return made;
}

function within(at: number): number {
  return Math.max(0, Math.min(SIDE - 1, Math.round(at)));
}
