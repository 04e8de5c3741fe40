import { beforeEach, describe, expect, it } from "vitest";
import { forgetSent, keepForm } from "./kept_form";

/** The page as the server draws it, with the script started. */
function drawn({ type = "single", text = "", keep = "" } = {}): HTMLFormElement {
  document.body.innerHTML = `<div data-kept hidden><button type="button">Verwerfen</button></div>
    <form data-keep="${keep}"><input type="hidden" name="type" value="${type}">
    <input type="hidden" name="csrfmiddlewaretoken" value="${Math.random()}">
    <input type="hidden" name="seen" value="${text.length}">
    <input name="text" value="${text}">
    <details><textarea name="options"></textarea></details>
    <input type="checkbox" name="right_1"><input type="radio" name="on" value="image" checked>
    <input type="radio" name="on" value="map"><a data-forget href="#">Abbrechen</a></form>`;
  const form = document.querySelector("form") as HTMLFormElement;
  keepForm(form, note());
  form.addEventListener("submit", (event) => event.preventDefault());
  return form;
}

const note = () => document.querySelector("[data-kept]") as HTMLElement;
const field = (name: string) => document.querySelector(`[name=${name}]`) as HTMLInputElement;
const send = (form: HTMLFormElement) => form.dispatchEvent(new Event("submit"));

function type(words: string): void {
  field("text").value = words;
  field("options").value = "A\nB";
  field("right_1").checked = true;
  (document.querySelector("[value=map]") as HTMLInputElement).checked = true;
  field("text").dispatchEvent(new Event("input", { bubbles: true }));
}

beforeEach(() => sessionStorage.clear());

describe("what was typed into a form", () => {
  it("is there again after a reload", () => {
    drawn();
    type("Was fehlt?");
    const form = drawn();
    expect(Object.fromEntries(new FormData(form))).toMatchObject({
      text: "Was fehlt?",
      options: "A\nB",
      right_1: "on",
      on: "map",
    });
    expect([note().hidden, document.querySelector("details")?.open]).toEqual([false, true]);
  });

  it("is there again where sending it ended at the log-in, and gone once it was saved", () => {
    send(drawn());
    type("Was fehlt?");
    send(document.querySelector("form") as HTMLFormElement);
    drawn();
    expect(field("text").value).toBe("Was fehlt?");
    send(document.querySelector("form") as HTMLFormElement);
    forgetSent();
    drawn();
    expect([field("text").value, note().hidden]).toEqual(["", true]);
  });

  it("keeps with it what stood there when it was begun", () => {
    drawn({ text: "Alt" });
    type("Mein Wortlaut");
    drawn({ text: "Neu von jemand anderem" });
    expect([field("text").value, field("seen").value]).toEqual(["Mein Wortlaut", "3"]);
  });

  it("is thrown away by a press", () => {
    drawn({ text: "Alt" });
    type("Mein Wortlaut");
    drawn({ text: "Alt" });
    note().querySelector("button")?.click();
    expect([field("text").value, field("right_1").checked, note().hidden]).toEqual([
      "Alt",
      false,
      true,
    ]);
    drawn({ text: "Alt" });
    expect(note().hidden).toBe(true);
  });

  it("is left behind by who cancels", () => {
    drawn();
    type("Was fehlt?");
    document.querySelector<HTMLElement>("[data-forget]")?.click();
    drawn();
    expect(field("text").value).toBe("");
  });

  it.each([
    ["another type of question", { type: "quiz", text: "" }],
    ["what the server answered", { keep: "answered", text: "Vom Server" }],
  ])("stays out of %s", (_name, page) => {
    drawn();
    type("Was fehlt?");
    drawn(page);
    expect(field("text").value).toBe(page.text);
  });
});

it("two forms of a page are kept apart, and forgotten by who has sent them", () => {
  const page = () => {
    document.body.innerHTML = ["question", "card"]
      .map((kind) => `<form data-write="${kind}"><textarea name="text"></textarea></form>`)
      .join("");
    return [...document.querySelectorAll("form")].map((form) => keepForm(form, null));
  };
  const texts = () => [...document.querySelectorAll("textarea")].map(({ value }) => value);
  page();
  const [question, card] = document.querySelectorAll("textarea");
  for (const [place, words] of [[question, "Wann?"] as const, [card, "Mehr Bänke"] as const]) {
    if (place) {
      place.value = words;
      place.dispatchEvent(new Event("input", { bubbles: true }));
    }
  }
  const kept = page();
  expect(texts()).toEqual(["Wann?", "Mehr Bänke"]);
  kept[0]?.forget();
  page();
  expect(texts()).toEqual(["", "Mehr Bänke"]);
});
