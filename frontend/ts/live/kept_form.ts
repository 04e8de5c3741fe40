/**
 * What was typed into a long form outlives a reload and a log-in that ran out: this tab keeps it
 * until the form is saved.
 */

const PREFIX = "mitwirk.form.";

type Entries = readonly (readonly [name: string, value: string])[];

interface Kept {
  readonly entries: Entries;
  readonly sent: boolean;
}

/** For who sends the form without leaving the page. */
export interface KeptForm {
  /** It has arrived. */
  readonly forget: () => void;
  /** It has not. */
  readonly keep: () => void;
}

/** `data-keep="answered"`: the server has just drawn what was sent, and knows better. */
export function keepForm(form: HTMLFormElement, note: HTMLElement | null): KeptForm {
  const key = `${PREFIX}${location.pathname} ${form.dataset.write ?? ""}`;
  const keep = (sent: boolean) => write(key, { entries: entriesOf(form), sent });
  const drawn = entriesOf(form);
  const kept = form.dataset.keep === "answered" ? null : read(key);
  if (kept && isFor(kept, drawn) && JSON.stringify(kept.entries) !== JSON.stringify(drawn)) {
    fillIn(form, kept.entries);
    note?.toggleAttribute("hidden", false);
  }
  form.addEventListener("input", () => keep(false));
  form.addEventListener("submit", () => keep(true));
  form.querySelector("[data-forget]")?.addEventListener("click", () => forget(key));
  note?.querySelector("button")?.addEventListener("click", () => {
    forget(key);
    fillIn(form, drawn);
    note.hidden = true;
    form.querySelector<HTMLElement>("input:not([type=hidden])")?.focus();
  });
  return { forget: () => forget(key), keep: () => keep(false) };
}

/** On the page that follows a form that was saved. */
export function forgetSent(): void {
  try {
    for (const key of Object.keys(sessionStorage)) {
      if (key.startsWith(PREFIX) && read(key)?.sent) {
        forget(key);
      }
    }
  } catch {
    // Nothing is kept in this browser.
  }
}

/** Another type of question has other fields. */
function isFor(kept: Kept, drawn: Entries): boolean {
  const type = (entries: Entries) => entries.find(([name]) => name === "type")?.[1];
  return type(kept.entries) === type(drawn);
}

function entriesOf(form: HTMLFormElement): Entries {
  return [...new FormData(form)].flatMap(([name, value]) =>
    typeof value === "string" && name !== "csrfmiddlewaretoken" ? [[name, value] as const] : [],
  );
}

function fillIn(form: HTMLFormElement, entries: Entries): void {
  const given = new Map(entries);
  for (const field of form.querySelectorAll<HTMLInputElement | HTMLTextAreaElement>(
    "input:not([type=file]), textarea",
  )) {
    const before = [field.value, isTicked(field)];
    if (field.type === "checkbox" || field.type === "radio") {
      const ticked = entries.some(([name, value]) => name === field.name && value === field.value);
      (field as HTMLInputElement).checked = ticked;
    } else {
      field.value = given.get(field.name) ?? field.value;
    }
    if (before[0] !== field.value || before[1] !== isTicked(field)) {
      unfold(field);
    }
  }
}

function isTicked(field: HTMLInputElement | HTMLTextAreaElement): boolean {
  return field instanceof HTMLInputElement && field.checked;
}

function unfold(field: HTMLElement): void {
  for (let at = field.closest("details"); at; at = at.parentElement?.closest("details") ?? null) {
    at.open = true;
  }
}

function read(key: string): Kept | null {
  try {
    return JSON.parse(sessionStorage.getItem(key) ?? "null") as Kept | null;
  } catch {
    return null;
  }
}

function write(key: string, kept: Kept): void {
  try {
    sessionStorage.setItem(key, JSON.stringify(kept));
  } catch {
    // Then the form is as forgetful as any.
  }
}

function forget(key: string): void {
  try {
    sessionStorage.removeItem(key);
  } catch {
    // Nothing was kept.
  }
}
