/** Whether the server still knows this browser: a person logs in again, a device is paired again. */

import { element } from "./screen";
import type { Store } from "./store";

export class Access {
  readonly #note: HTMLElement;
  readonly #isDevice: boolean;
  readonly #store: Store;
  #isLost = false;

  constructor(root: HTMLElement, store: Store) {
    this.#note = element(root, "[data-login]");
    this.#isDevice = root.hasAttribute("data-device");
    this.#store = store;
  }

  /** The desk has taken the door from this device: nobody is let in by it any more. */
  get isRevoked(): boolean {
    return this.#isDevice && this.#isLost;
  }

  /** A person goes on without the server; a device forgets the lists. What waits is kept. */
  async lose(): Promise<void> {
    this.#isLost = true;
    this.#note.hidden = false;
    if (this.#isDevice) await this.#store.forget();
  }

  regain(): void {
    this.#isLost = false;
    this.#note.hidden = true;
  }
}
