/** The counter without its page: taps in, the number to show out. Nothing is forgotten. */

import type { Reply } from "./api";
import type { Tap, TapStore } from "./store";

export const QUARTER_MS = 15 * 60 * 1000;
const AT_ONCE = 50;
/** What may still be counted later, unlike every other refusal. */
const RETRIED = new Set(["counting_not_open"]);

export type Problem = "below_zero" | "refused" | "unknown";

export interface Shown {
  /** What the server has, and what is on its way. */
  readonly total: number;
  readonly waiting: number;
}

export interface Outside {
  readonly now: () => Date;
  readonly uuid: () => string;
  readonly send: (taps: readonly Tap[], now: Date) => Promise<Reply>;
  readonly show: (shown: Shown) => void;
  readonly problem: (problem: Problem | null) => void;
}

export class Counter {
  readonly #stand: string;
  readonly #store: TapStore;
  readonly #outside: Outside;
  #total: number;
  #sending = false;
  /** How many this page counted in each quarter of an hour, to know which one to correct. */
  readonly #own = new Map<number, number>();

  constructor(stand: string, total: number, store: TapStore, outside: Outside) {
    this.#stand = stand;
    this.#total = total;
    this.#store = store;
    this.#outside = outside;
  }

  async tap(amount: number): Promise<void> {
    const at = amount < 0 ? this.#correctable() : this.#outside.now();
    const quarter = Math.floor(at.getTime() / QUARTER_MS);
    this.#own.set(quarter, (this.#own.get(quarter) ?? 0) + amount);
    await this.#store.add({
      client_uuid: this.#outside.uuid(),
      stand: this.#stand,
      amount,
      tapped_at: at.toISOString(),
    });
    await this.show();
  }

  /** The latest quarter of an hour in which this page counted someone, else now. */
  #correctable(): Date {
    const now = this.#outside.now();
    const quarters = [...this.#own].filter(([, count]) => count > 0).map(([quarter]) => quarter);
    const latest = Math.max(...quarters);
    const current = Math.floor(now.getTime() / QUARTER_MS);
    return quarters.length === 0 || latest === current ? now : new Date(latest * QUARTER_MS);
  }

  /** Whether all is sent. What the server has not acknowledged stays, and is sent again. */
  async sendAll(): Promise<boolean> {
    if (this.#sending) return false;
    this.#sending = true;
    try {
      for (let taps = await this.#next(); taps.length > 0; taps = await this.#next()) {
        const reply = await this.#outside.send(taps, this.#outside.now());
        if (reply.kind !== "answer") {
          if (reply.kind === "unknown") this.#outside.problem("unknown");
          return false;
        }
        const { results, total } = reply.answer;
        const kept = results.filter((row) => RETRIED.has(row.code));
        await this.#store.settle(
          results.filter((row) => !kept.includes(row)).map((row) => row.client_uuid),
        );
        this.#total = total;
        this.#tell(results.filter((row) => row.outcome === "refused").map((row) => row.code));
        await this.show();
        if (kept.length > 0) return false;
      }
      return true;
    } finally {
      this.#sending = false;
    }
  }

  #tell(refusals: readonly string[]): void {
    if (refusals.length === 0) this.#outside.problem(null);
    else this.#outside.problem(refusals.includes("below_zero") ? "below_zero" : "refused");
  }

  async #next(): Promise<Tap[]> {
    return (await this.#store.waiting(this.#stand)).slice(0, AT_ONCE);
  }

  /** What the server has counted by now, by its own word or the last that is known. */
  async told(total: number): Promise<void> {
    this.#total = total;
    await this.show();
  }

  async show(): Promise<void> {
    const waiting = await this.#store.waiting(this.#stand);
    const coming = waiting.reduce((sum, tap) => sum + tap.amount, 0);
    this.#outside.show({ total: this.#total + coming, waiting: waiting.length });
  }
}
