/** The top of the page: connected or not, what waits, and how many are inside. */

import type { Access } from "./access";
import type { Holdings } from "./holdings";
import { element } from "./screen";
import type { Store } from "./store";

export class Status {
  readonly #root: HTMLElement;
  readonly #store: Store;
  readonly #holdings: Holdings;
  readonly #access: Access;

  constructor(root: HTMLElement, store: Store, holdings: Holdings, access: Access) {
    this.#root = root;
    this.#store = store;
    this.#holdings = holdings;
    this.#access = access;
  }

  async show(isAway: boolean, isInstalled: boolean): Promise<void> {
    const waiting = (await this.#holdings.queue()).length;
    const { isLasting } = this.#store;
    element(this.#root, "[data-waiting]").hidden = waiting === 0;
    element(this.#root, "[data-waiting-count]").textContent = String(waiting);
    element(this.#root, "[data-unsaved]").hidden = isLasting;
    // Who was sent away by the server does have a network.
    element(this.#root, "[data-away]").hidden = !isAway || this.#access.isRevoked;
    element(this.#root, "[data-live]").hidden = isAway;
    const isReady = isInstalled && isLasting && this.#holdings.list !== null;
    element(this.#root, "[data-ready]").hidden = !isReady;
    const here = isAway ? await this.#holdings.counts() : null;
    if (here !== null) this.count(here);
  }

  count({ inside, expected }: { readonly inside: number; readonly expected: number }): void {
    element(this.#root, '[data-count="inside"]').textContent = String(inside);
    element(this.#root, '[data-count="expected"]').textContent = String(expected);
  }
}
