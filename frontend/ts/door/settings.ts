/** What this device keeps of its own: its gate, its sound, and whether it holds the list. */

import type { GateCounts } from "./api";
import type { Holdings } from "./holdings";
import { element, fill } from "./screen";
import { allowSound, isMuted, mute, signal } from "./signal";

export class Settings {
  readonly #root: HTMLElement;
  readonly #holdings: Holdings;
  readonly #gate: HTMLSelectElement | null;
  #keepsList = true;

  constructor(root: HTMLElement, holdings: Holdings) {
    this.#root = root;
    this.#holdings = holdings;
    this.#gate = root.querySelector("select[name=gate]");
    this.#useGate();
    this.#useSound();
    this.#useWipe();
  }

  /** The name of the entrance, or nothing. */
  get gate(): string {
    return this.#gate?.value ?? "";
  }

  /** False once somebody has wiped the list, until the page is opened anew. */
  get keepsList(): boolean {
    return this.#keepsList;
  }

  /** Who came in where; nothing where nobody named a gate. */
  showGates(gates: readonly GateCounts[]): void {
    const section = element(this.#root, "[data-gates]");
    const template = element<HTMLTemplateElement>(this.#root, "template[data-gate-row]");
    section.hidden = gates.every(({ gate }) => gate === "");
    element(section, "ul").replaceChildren(
      ...gates.map(({ gate, entered, left }) => {
        const words = { gate, entered: String(entered), left: left === 0 ? "" : String(left) };
        return fill(template, words, gate === "" ? ["nowhere"] : []);
      }),
    );
  }

  showList(clock: Intl.DateTimeFormat): void {
    const { list } = this.#holdings;
    element(this.#root, "[data-no-list]").hidden = list !== null;
    const held = element(this.#root, "[data-list]");
    held.hidden = list === null;
    if (list === null) return;
    element(held, "[data-list-seats]").textContent = String(list.seats.length);
    for (const place of this.#root.querySelectorAll("[data-list-time]")) {
      place.textContent = clock.format(new Date(list.asOf));
    }
  }

  #useGate(): void {
    const gate = this.#gate;
    if (gate === null) return;
    const key = `mitwirk.door.gate.${this.#root.dataset.town}`;
    const before = localStorage.getItem(key) ?? "";
    if ([...gate.options].some((option) => option.value === before)) gate.value = before;
    const show = () => {
      element(this.#root, "[data-gate-name]").textContent = gate.value;
    };
    gate.addEventListener("change", () => {
      localStorage.setItem(key, gate.value);
      show();
    });
    show();
  }

  #useSound(): void {
    const box = element<HTMLInputElement>(this.#root, "[data-sound]");
    box.checked = !isMuted();
    box.addEventListener("change", () => {
      mute(!box.checked);
      allowSound();
      if (box.checked) signal("good");
    });
  }

  /** Two taps; the second says what would be lost. */
  #useWipe(): void {
    const ask = element<HTMLButtonElement>(this.#root, "[data-wipe]");
    const sure = element(this.#root, "[data-wipe-sure]");
    ask.addEventListener("click", async () => {
      const waiting = (await this.#holdings.queue()).length;
      element(sure, "[data-wipe-waiting]").hidden = waiting === 0;
      element(sure, "[data-wipe-count]").textContent = String(waiting);
      sure.hidden = false;
      element(sure, "button").focus();
    });
    element(sure, "button").addEventListener("click", async () => {
      this.#keepsList = false;
      await this.#holdings.wipe();
      sure.hidden = true;
      element(this.#root, "[data-wiped]").hidden = false;
      for (const part of this.#root.querySelectorAll<HTMLElement>("[data-list], [data-ready]")) {
        part.hidden = true;
      }
      ask.focus();
    });
  }
}
