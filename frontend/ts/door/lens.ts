/** The camera's part of the page: on and off, which one, its light. */

import { Camera } from "./camera";
import { element } from "./screen";
import { allowSound } from "./signal";

const CHOSEN = "mitwirk.door.camera";

export class Lens {
  readonly #section: HTMLElement;
  readonly #camera: Camera;
  readonly #button: HTMLButtonElement;
  readonly #torch: HTMLButtonElement;
  readonly #choice: HTMLSelectElement;
  #lock: WakeLockSentinel | null = null;

  constructor(root: HTMLElement, onText: (text: string) => void) {
    this.#section = element(root, "[data-camera]");
    this.#button = element(this.#section, "[data-camera-button]");
    this.#torch = element(this.#section, "[data-torch]");
    this.#choice = element(root, "[data-camera-choice] select");
    this.#camera = new Camera(element<HTMLVideoElement>(this.#section, "video"), onText);
    if (!("mediaDevices" in navigator)) return;
    this.#section.hidden = false;
    this.#button.addEventListener("click", () => {
      allowSound();
      if (this.#camera.isOn) this.#stop();
      else void this.#start(localStorage.getItem(CHOSEN) ?? "");
    });
    this.#torch.addEventListener("click", () => void this.#light(!this.#isLit));
    this.#choice.addEventListener("change", () => {
      localStorage.setItem(CHOSEN, this.#choice.value);
      void this.#start(this.#choice.value);
    });
    document.addEventListener("visibilitychange", () => void this.#stayAwake());
  }

  async #start(deviceId: string): Promise<void> {
    const problem = element(this.#section, "[data-no-camera]");
    try {
      await this.#camera.start(deviceId);
      problem.hidden = true;
    } catch (error) {
      if (!(error instanceof DOMException)) throw error;
      problem.hidden = false;
    }
    await this.#offerCameras();
    this.#show();
    await this.#stayAwake();
  }

  #stop(): void {
    this.#camera.stop();
    void this.#lock?.release();
    this.#lock = null;
    this.#show();
  }

  #show(): void {
    const { isOn } = this.#camera;
    element(this.#section, "[data-camera-view]").hidden = !isOn;
    element(this.#button, ".kern-label").textContent =
      (isOn ? this.#button.dataset.on : this.#button.dataset.off) ?? "";
    this.#torch.hidden = !isOn || !this.#camera.hasTorch;
    this.#torch.setAttribute("aria-pressed", "false");
  }

  /** Their names are known only once the camera is allowed. */
  async #offerCameras(): Promise<void> {
    const devices = await navigator.mediaDevices.enumerateDevices();
    const cameras = devices.filter((device) => device.kind === "videoinput");
    element(this.#section.ownerDocument, "[data-camera-choice]").hidden = cameras.length < 2;
    this.#choice.replaceChildren(
      ...cameras.map((camera, index) => {
        const label = camera.label || String(index + 1);
        return new Option(label, camera.deviceId, false, camera.deviceId === this.#camera.deviceId);
      }),
    );
  }

  get #isLit(): boolean {
    return this.#torch.getAttribute("aria-pressed") === "true";
  }

  async #light(on: boolean): Promise<void> {
    await this.#camera.light(on);
    this.#torch.setAttribute("aria-pressed", String(on));
  }

  /** The screen must not go dark between two guests; a hidden page loses this by itself. */
  async #stayAwake(): Promise<void> {
    if (!this.#camera.isOn || document.hidden || !("wakeLock" in navigator)) return;
    this.#lock = await navigator.wakeLock.request("screen").catch(() => null);
  }
}
