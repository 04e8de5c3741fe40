/** Free seats, kept up to date while the page is looked at. Without it the numbers stand as they came. */

interface Seats {
  id: number;
  kind: string;
  words: string;
}

const EVERY_MS = 15_000;
const badges = new Map<string, HTMLElement[]>();
for (const place of document.querySelectorAll<HTMLElement>("[data-slot]")) {
  const id = place.dataset.slot ?? "";
  badges.set(id, [...(badges.get(id) ?? []), place]);
}
const address = document.querySelector<HTMLElement>("[data-seats]")?.dataset.seats;

function isSeats(value: unknown): value is Seats {
  return (
    typeof value === "object" &&
    value !== null &&
    "id" in value &&
    "kind" in value &&
    typeof value.kind === "string" &&
    "words" in value &&
    typeof value.words === "string"
  );
}

/** The badge of parts/badge.html, with other words. */
function show(place: HTMLElement, seats: Seats): void {
  const label = place.querySelector<HTMLElement>(".kern-label");
  const badge = place.querySelector<HTMLElement>(".kern-badge");
  if (!label || !badge || label.textContent === seats.words) return;
  label.textContent = seats.words;
  badge.className = seats.kind ? `kern-badge kern-badge--${seats.kind}` : "kern-badge";
  badge.querySelector(".kern-icon")?.remove();
  if (seats.kind) {
    const icon = document.createElement("span");
    icon.className = `kern-icon kern-icon--${seats.kind}`;
    icon.ariaHidden = "true";
    badge.prepend(icon);
  }
}

export function apply(answer: unknown): void {
  if (typeof answer !== "object" || answer === null || !("slots" in answer)) return;
  const rows: unknown = answer.slots;
  if (!Array.isArray(rows)) return;
  for (const row of rows.filter(isSeats)) {
    for (const place of badges.get(String(row.id)) ?? []) show(place, row);
  }
}

async function ask(): Promise<void> {
  if (document.hidden) return;
  try {
    // `no-cache`: the browser sends the ETag it has, and the answer is empty while nothing changes.
    const url = `${address}?termin=${[...badges.keys()].slice(0, 100).join(",")}`;
    const answer = await fetch(url, {
      cache: "no-cache",
      headers: { Accept: "application/json" },
    });
    if (answer.ok) apply(await answer.json());
  } catch {
    // Offline for a moment: the next turn asks again.
  }
}

if (address && badges.size > 0) {
  window.setInterval(() => void ask(), EVERY_MS);
  document.addEventListener("visibilitychange", () => void ask());
}
