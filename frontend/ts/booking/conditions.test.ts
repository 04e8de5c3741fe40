import { beforeEach, expect, test } from "vitest";
import { watchConditions } from "./conditions";

beforeEach(() => {
  document.body.innerHTML = `
    <form>
      <input type="radio" name="answers.1" value="yes"><input type="radio" name="answers.1" value="no">
      <div id="second" data-needs="answers.1" data-value="yes">
        <p data-condition>Nur wenn</p><input type="checkbox" name="answers.2" value="A">
      </div>
      <div id="third" data-needs="answers.2" data-value="A"><input name="answers.3"></div>
    </form>`;
  watchConditions(form());
});

function form(): HTMLFormElement {
  return document.querySelector("form") as HTMLFormElement;
}

function choose(name: string, value: string, checked = true): void {
  const input = document.querySelector<HTMLInputElement>(`[name="${name}"][value="${value}"]`);
  if (input) input.checked = checked;
  input?.dispatchEvent(new Event("change", { bubbles: true }));
}

function shown(): string[] {
  const rows = [...document.querySelectorAll<HTMLElement>("[data-needs]")];
  return rows.filter((row) => !row.hidden).map((row) => row.id);
}

test("a question waits for its answer, and those that hang on it wait along", () => {
  expect(shown()).toEqual([]);
  choose("answers.1", "yes");
  expect(shown()).toEqual(["second"]);
  choose("answers.2", "A");
  expect(shown()).toEqual(["second", "third"]);
  choose("answers.1", "no");
  expect(shown()).toEqual([]);
  choose("answers.1", "yes");
  expect(shown()).toEqual(["second", "third"]);
  choose("answers.2", "A", false);
  expect(shown()).toEqual(["second"]);
});

test("the words of the condition are for pages without a script", () => {
  expect(document.querySelector<HTMLElement>("[data-condition]")?.hidden).toBe(true);
});
