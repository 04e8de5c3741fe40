/** Moderation of the room, on the remote and on its own page: fresh markup, taps by the socket. */

import { part } from "./page";
import type { ServerFrame } from "./protocol";
import type { LiveSocket } from "./socket";

const AT_MOST_EVERY_MS = 1_500;
const STEPS: Readonly<Record<string, object>> = {
  show: { state: "shown" },
  answer: { state: "answered" },
  archive: { state: "archived" },
  pin: { pinned: true },
  unpin: { pinned: false },
};

export class RoomModeration {
  private timer: ReturnType<typeof setTimeout> | undefined;
  private last = 0;

  constructor(
    private readonly root: HTMLElement,
    private readonly live: LiveSocket,
  ) {
    root.addEventListener("submit", (event) => this.press(event));
  }

  /** Something was written, a control event changed what may be done, or there may have been
   * either before this page was connected (null). */
  hear(frame: ServerFrame | null): void {
    if (frame !== null && frame.t !== "qa" && frame.seq === undefined) {
      return;
    }
    const wait = Math.max(0, this.last + AT_MOST_EVERY_MS - Date.now());
    this.timer ??= setTimeout(() => void this.renew(), wait);
  }

  private press(event: SubmitEvent): void {
    const form = event.target as HTMLFormElement;
    const step = STEPS[form.dataset.moderate ?? ""];
    if (!step || this.live.link !== "online") {
      return;
    }
    event.preventDefault();
    part(form, "button")?.setAttribute("aria-disabled", "true");
    const id = String(new FormData(form).get("id"));
    void this.live.command("qa.moderate", { id, ...step }).then((refusal) => {
      if (refusal) {
        // The plain form says in words what stands in the way.
        form.submit();
      }
    });
  }

  private async renew(): Promise<void> {
    this.timer = undefined;
    this.last = Date.now();
    const old = part(this.root, "[data-room]");
    if (!old) {
      return; // the room is not asked
    }
    // A theme that is just being chosen is not taken from under the finger.
    if (old.contains(document.activeElement) && document.activeElement?.tagName === "SELECT") {
      this.timer = setTimeout(() => void this.renew(), AT_MOST_EVERY_MS);
      return;
    }
    try {
      const response = await fetch(location.href);
      if (response.status >= 500 || response.status === 429) {
        throw new Error(String(response.status));
      }
      const page = new DOMParser().parseFromString(await response.text(), "text/html");
      const fresh = part(page, "[data-room]");
      if (response.ok && fresh) {
        replace(old, fresh);
      }
    } catch {
      this.timer = setTimeout(() => void this.renew(), AT_MOST_EVERY_MS);
    }
  }
}

/** What is open stays open, and the focus stays on the button it was on. */
function replace(old: HTMLElement, fresh: HTMLElement): void {
  const focused = document.activeElement;
  const inRow = focused && old.contains(focused) ? rowOf(focused) : undefined;
  const open = [...old.querySelectorAll("details[open]")].map(rowOf);
  old.replaceWith(fresh);
  for (const row of fresh.querySelectorAll<HTMLElement>("[data-id]")) {
    const details = part<HTMLDetailsElement>(row, "details");
    if (details && open.includes(row.dataset.id)) {
      details.open = true;
    }
    if (focused && inRow && inRow === row.dataset.id) {
      const controls = [...row.querySelectorAll<HTMLElement>("button, summary")];
      const same = controls.find((control) => nameOf(control) === nameOf(focused));
      (same ?? controls[0])?.focus({ preventScroll: true });
    }
  }
}

function rowOf(element: Element): string | undefined {
  return element.closest<HTMLElement>("[data-id]")?.dataset.id;
}

function nameOf(control: Element): string {
  return control.getAttribute("aria-label") ?? control.textContent ?? "";
}
