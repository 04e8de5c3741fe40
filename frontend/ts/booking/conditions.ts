/** Questions that are asked only after a certain answer: shown and hidden while the form is filled.
 * What was typed into a hidden one stays; the server leaves it out. */

function answersTo(form: HTMLFormElement, name: string): string[] {
  return new FormData(form).getAll(name).map(String);
}

function update(form: HTMLFormElement): void {
  for (const row of form.querySelectorAll<HTMLElement>("[data-needs]")) {
    const needed = row.dataset.needs ?? "";
    const parent = form.querySelector<HTMLElement>(`[data-needs] [name="${needed}"]`);
    const isReached = !parent?.closest<HTMLElement>("[data-needs]")?.hidden;
    const isMet = answersTo(form, needed).includes(row.dataset.value ?? "");
    row.hidden = !(isReached && isMet);
  }
}

export function watchConditions(form: HTMLFormElement): void {
  for (const words of form.querySelectorAll<HTMLElement>("[data-condition]")) words.hidden = true;
  form.addEventListener("change", () => update(form));
  update(form);
}
