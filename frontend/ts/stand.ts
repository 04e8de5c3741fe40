/** A stand's counter: a huge button that counts with and without a network. */

import { askTotal, type Reply, sendTaps } from "./stand/api";
import { Counter, type Problem, type Shown } from "./stand/counter";
import { keepTotal, keptTotal } from "./stand/kept_total";
import { openTaps, type Tap } from "./stand/store";

/** Taps are collected this long, then sent together. */
const SEND_EVERY_MS = 3000;
const LONGEST_PAUSE_MS = 30_000;

class CounterPage {
  readonly #root: HTMLElement;
  #counter: Counter | null = null;
  #failures = 0;
  #timer = 0;

  constructor(root: HTMLElement) {
    this.#root = root;
  }

  async start(): Promise<void> {
    const { countsUrl = "", stand = "" } = this.#root.dataset;
    const shown = Number(this.#part("[data-total]")?.textContent ?? "0");
    this.#counter = new Counter(stand, shown, await openTaps(), {
      now: () => new Date(),
      uuid: () => crypto.randomUUID(),
      send: (taps, now) => this.#hand(taps, now),
      show: (state) => this.#show(state),
      problem: (problem) => this.#showProblem(problem),
    });
    this.#part("form")?.addEventListener("submit", (event) => this.#press(event as SubmitEvent));
    addEventListener("online", () => this.#sendIn(0));
    document.addEventListener("visibilitychange", () => this.#sendIn(0));
    await this.#counter.show();
    // The page may be as it was kept hours ago: its number too.
    const asked = await askTotal(countsUrl.replace(/counts\/$/, ""));
    const total = asked ?? keptTotal(stand) ?? shown;
    keepTotal(stand, total);
    await this.#counter.told(total);
    this.#sendIn(0);
  }

  async #hand(taps: readonly Tap[], now: Date): Promise<Reply> {
    const { countsUrl = "", stand = "" } = this.#root.dataset;
    const reply = await sendTaps(countsUrl, taps, now);
    if (reply.kind === "answer") keepTotal(stand, reply.answer.total);
    return reply;
  }

  #press(event: SubmitEvent): void {
    const amount = Number((event.submitter as HTMLButtonElement | null)?.value ?? "0");
    if (amount === 0 || this.#counter === null) return;
    event.preventDefault();
    navigator.vibrate?.(amount > 0 ? 30 : [20, 40, 20]);
    void this.#counter.tap(amount).then(() => {
      if (this.#timer === 0) this.#sendIn(SEND_EVERY_MS);
    });
  }

  #sendIn(milliseconds: number): void {
    clearTimeout(this.#timer);
    this.#timer = window.setTimeout(() => void this.#send(), milliseconds);
  }

  async #send(): Promise<void> {
    this.#timer = 0;
    if (await this.#counter?.sendAll()) {
      this.#failures = 0;
      return;
    }
    this.#failures += 1;
    this.#sendIn(Math.min(SEND_EVERY_MS * 2 ** (this.#failures - 1), LONGEST_PAUSE_MS));
  }

  #show({ total, waiting }: Shown): void {
    const number = this.#part("[data-total]");
    if (number !== null) number.textContent = String(Math.max(0, total));
    const state = this.#part("[data-state]");
    if (state !== null) state.dataset.state = waiting === 0 ? "sent" : "waiting";
    const count = this.#part("[data-waiting]");
    if (count !== null) count.textContent = String(waiting);
  }

  #showProblem(problem: Problem | null): void {
    const note = this.#part("[data-problem]");
    if (note === null) return;
    note.hidden = problem === null;
    if (problem === null) return;
    const { belowZero = "", refused = "", unknown = "" } = this.#root.dataset;
    note.textContent = { below_zero: belowZero, refused, unknown }[problem];
  }

  #part(selector: string): HTMLElement | null {
    return this.#root.querySelector<HTMLElement>(selector);
  }
}

const root = document.querySelector<HTMLElement>("[data-counter]");
if (root !== null) {
  void new CounterPage(root).start();
  if ("serviceWorker" in navigator) {
    // Without one the open page still counts; only a reload needs the network.
    void navigator.serviceWorker.register("/stand/zaehler.js").catch(() => undefined);
  }
}
