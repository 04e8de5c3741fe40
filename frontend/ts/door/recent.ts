/** A camera reads the same code many times a second; only the first of them is a scan. */
export class Recent {
  readonly #seenAt = new Map<string, number>();
  readonly #quietMs: number;

  constructor(quietMs = 3000) {
    this.#quietMs = quietMs;
  }

  /**
   * Whether `key` is new at `now` (milliseconds). A code held in front of the camera stays old
   * as long as it is seen, so that it is not scanned again every three seconds.
   */
  isNew(key: string, now: number): boolean {
    const before = this.#seenAt.get(key);
    this.#seenAt.set(key, now);
    for (const [old, at] of this.#seenAt) {
      if (now - at >= this.#quietMs) this.#seenAt.delete(old);
    }
    return before === undefined || now - before >= this.#quietMs;
  }
}
