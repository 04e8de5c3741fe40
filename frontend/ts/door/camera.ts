/** Reads QR codes from the phone's camera; the reader's WebAssembly is served by us. */

import { prepareZXingModule, readBarcodes } from "zxing-wasm/reader";
import readerUrl from "zxing-wasm/reader/zxing_reader.wasm?url";

const PAUSE_MS = 100;
/** Enough for a ticket at arm's length, and quick on an old phone. */
const LONGEST_EDGE = 800;

export class Camera {
  readonly #video: HTMLVideoElement;
  readonly #onText: (text: string) => void;
  readonly #canvas = document.createElement("canvas");
  #stream: MediaStream | null = null;

  constructor(video: HTMLVideoElement, onText: (text: string) => void) {
    this.#video = video;
    this.#onText = onText;
  }

  get isOn(): boolean {
    return this.#stream !== null;
  }

  /** The id of the camera that looks. */
  get deviceId(): string {
    return this.#track?.getSettings().deviceId ?? "";
  }

  get hasTorch(): boolean {
    // Firefox has no capabilities; lib.dom knows no torch.
    const capabilities = this.#track?.getCapabilities?.() as { torch?: boolean } | undefined;
    return capabilities?.torch === true;
  }

  /** Asks for this camera, or for the one at the back. Rejects without one, or without leave. */
  async start(deviceId = ""): Promise<void> {
    if (this.#stream !== null) this.stop();
    void prepareZXingModule({
      overrides: {
        locateFile: (path: string, prefix: string) =>
          path.endsWith(".wasm") ? readerUrl : prefix + path,
      },
      fireImmediately: true,
    });
    this.#stream = await navigator.mediaDevices.getUserMedia({
      video: {
        ...(deviceId ? { deviceId } : { facingMode: "environment" }),
        width: { ideal: 1280 },
        height: { ideal: 720 },
      },
      audio: false,
    });
    this.#video.srcObject = this.#stream;
    await this.#video.play();
    void this.#readOn(this.#stream);
  }

  stop(): void {
    for (const track of this.#stream?.getTracks() ?? []) track.stop();
    this.#stream = null;
    this.#video.srcObject = null;
  }

  async light(on: boolean): Promise<void> {
    const torch = { torch: on } as MediaTrackConstraintSet;
    await this.#track?.applyConstraints({ advanced: [torch] });
  }

  get #track(): MediaStreamTrack | undefined {
    return this.#stream?.getVideoTracks()[0];
  }

  async #readOn(stream: MediaStream): Promise<void> {
    while (this.#stream === stream) {
      const frame = document.hidden ? null : this.#frame();
      if (frame !== null) {
        const found = await readBarcodes(frame, { formats: ["QRCode"], maxNumberOfSymbols: 1 });
        const text = found.find((code) => code.isValid)?.text;
        if (text !== undefined && this.#stream === stream) this.#onText(text);
      }
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    }
  }

  #frame(): ImageData | null {
    const { videoWidth, videoHeight } = this.#video;
    if (videoWidth === 0 || videoHeight === 0) return null;
    const scale = Math.min(1, LONGEST_EDGE / Math.max(videoWidth, videoHeight));
    this.#canvas.width = Math.round(videoWidth * scale);
    this.#canvas.height = Math.round(videoHeight * scale);
    const context = this.#canvas.getContext("2d", { willReadFrequently: true });
    if (context === null) return null;
    context.drawImage(this.#video, 0, 0, this.#canvas.width, this.#canvas.height);
    return context.getImageData(0, 0, this.#canvas.width, this.#canvas.height);
  }
}
