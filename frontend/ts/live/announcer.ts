/** One polite sentence for screen readers, at most every ten seconds; the newest one wins. */

const PAUSE_MS = 10_000;

export class Announcer {
  private lastAt = Number.NEGATIVE_INFINITY;
  private waiting = "";
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly place: { textContent: string | null } | null) {}

  say(sentence: string): void {
    this.waiting = sentence;
    const wait = this.lastAt + PAUSE_MS - Date.now();
    if (wait <= 0) {
      this.speak();
    } else {
      this.timer ??= setTimeout(() => this.speak(), wait);
    }
  }

  private speak(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.lastAt = Date.now();
    if (this.place) {
      this.place.textContent = this.waiting;
    }
  }
}
