/** Reactions of the last seconds, on the wall and the remote. */

import { part } from "./page";
import type { ServerFrame } from "./protocol";

const STAY_MS = 8_000;

/** The counts stand still, and go when nobody reacts any more. */
export class Reactions {
  private readonly counts = new Map<string, number>();
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly root: HTMLElement) {}

  hear(frame: ServerFrame | null): void {
    if (frame?.t !== "reactions") {
      return;
    }
    for (const [kind, n] of Object.entries((frame.d.counts ?? {}) as Record<string, number>)) {
      this.counts.set(kind, (this.counts.get(kind) ?? 0) + n);
    }
    this.draw();
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      this.counts.clear();
      this.draw();
    }, STAY_MS);
  }

  private draw(): void {
    for (const one of this.root.querySelectorAll<HTMLElement>("[data-reactions] [data-kind]")) {
      const n = this.counts.get(one.dataset.kind ?? "") ?? 0;
      one.hidden = n === 0;
      const number = part(one, "[data-n]");
      if (number) {
        number.textContent = String(n);
      }
    }
  }
}
