/** Similar ideas inside the form: asked for while the title is typed, a moment after the last key. */

interface Similar {
  reference: string;
  title: string;
  state_label: string;
}

const WAIT_MS = 350;
const box = document.querySelector<HTMLElement>("[data-similar]");
const input = document.querySelector<HTMLInputElement>("[data-similar-input]");
const list = document.querySelector<HTMLElement>("[data-similar-list]");
const row = document.querySelector<HTMLTemplateElement>("[data-similar-row]");
const spoken = document.querySelector<HTMLElement>("[data-similar-status]");

let timer: number | undefined;
let asking: AbortController | undefined;

function isSimilar(value: unknown): value is Similar {
  return (
    typeof value === "object" &&
    value !== null &&
    "reference" in value &&
    "title" in value &&
    "state_label" in value
  );
}

function show(found: Similar[]): void {
  if (!(box && list && row && spoken)) return;
  const items = found.map((idea) => {
    const item = row.content.cloneNode(true) as DocumentFragment;
    const link = item.querySelector("a");
    const state = item.querySelector("span");
    if (link) {
      link.href = `${box.dataset.page}${encodeURIComponent(idea.reference)}/`;
      link.textContent = idea.title;
    }
    if (state) state.textContent = idea.state_label;
    return item;
  });
  list.replaceChildren(...items);
  box.hidden = found.length === 0;
  const words = found.length === 1 ? spoken.dataset.one : `${spoken.dataset.many} ${found.length}`;
  spoken.textContent = found.length === 0 ? "" : (words ?? "");
}

async function ask(title: string): Promise<void> {
  asking?.abort();
  asking = new AbortController();
  try {
    const address = `${box?.dataset.api}?title=${encodeURIComponent(title)}`;
    const answer = await fetch(address, {
      signal: asking.signal,
      headers: { Accept: "application/json" },
    });
    if (!answer.ok) return;
    const found: unknown = await answer.json();
    show(Array.isArray(found) ? found.filter(isSimilar) : []);
  } catch {
    // Offline or overtaken by the next key: the form works without the list.
  }
}

input?.addEventListener("input", () => {
  window.clearTimeout(timer);
  timer = window.setTimeout(() => {
    if (input.value.trim().length >= 4) void ask(input.value);
    else show([]);
  }, WAIT_MS);
});

export {};
