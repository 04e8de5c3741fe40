/** The volunteer's scanner: camera or typed code in, an answer in colour, word and sound out. */

import "../styles/door.css";
import { type Answer, fetchCounts, fetchSeats, type Seats, sendScan } from "./door/api";
import { Camera } from "./door/camera";
import { Chooser } from "./door/chooser";
import { identity, parseContent, type Reading } from "./door/content";
import { type Kind, retryDelay, type Scan, ScanQueue } from "./door/queue";
import { Recent } from "./door/recent";
import { element, Screen, type Words } from "./door/screen";
import { allowSound } from "./door/signal";

const COUNTS_EVERY_MS = 5000;

class Door {
  readonly #root: HTMLElement;
  readonly #screen: Screen;
  readonly #queue: ScanQueue;
  readonly #chooser: Chooser;
  readonly #recent = new Recent();
  readonly #clock = new Intl.DateTimeFormat(document.documentElement.lang, {
    hour: "2-digit",
    minute: "2-digit",
    timeZone: "Europe/Berlin",
  });
  #sending = false;
  #failures = 0;
  #lastAdmitted: Scan | null = null;

  constructor(root: HTMLElement) {
    this.#root = root;
    this.#screen = new Screen(root);
    this.#queue = new ScanQueue(localStorage, root.dataset.slot ?? "");
    this.#chooser = new Chooser(root, (code, seats) => this.#scan({ code }, "entry", seats));
  }

  start(): void {
    this.#useCodeForm();
    this.#useCamera();
    element(this.#root, "[data-undo] button").addEventListener("click", () => this.#undo());
    this.#root.querySelector("[data-server-undo]")?.remove();
    addEventListener("online", () => void this.#sendAll());
    setInterval(() => void this.#refreshCounts(), COUNTS_EVERY_MS);
    this.#showWaiting();
    void this.#sendAll();
  }

  /** A code was read. With several seats behind it, the volunteer first says who is there. */
  async #read(text: string): Promise<void> {
    const reading = parseContent(text);
    if (reading === null || !this.#recent.isNew(identity(reading), Date.now())) return;
    this.#chooser.close();
    if ("code" in reading) {
      const booking = await this.#seatsOf(reading.code);
      if (booking !== null && booking.seats.filter((seat) => !seat.inside).length > 1) {
        this.#chooser.open(booking);
        return;
      }
    }
    this.#scan(reading, "entry");
  }

  #seatsOf(code: string): Promise<Seats | null> {
    const url = (this.#root.dataset.bookingUrl ?? "").replace("CODE00", code);
    return fetchSeats(url);
  }

  #scan(reading: Reading, kind: Kind, seats?: readonly number[]): void {
    this.#queue.add({
      ...reading,
      ...(seats === undefined ? {} : { seats }),
      client_uuid: crypto.randomUUID(),
      kind,
      occurred_at: new Date().toISOString(),
    });
    void this.#sendAll();
  }

  #undo(): void {
    const last = this.#lastAdmitted;
    if (last === null) return;
    this.#offerUndo(null);
    const reading: Reading = "code" in last ? { code: last.code } : { secret: last.secret };
    this.#scan(reading, "undo", last.seats);
  }

  /** Oldest first, one after the other; a scan leaves the queue when the server has answered. */
  async #sendAll(): Promise<void> {
    if (this.#sending) return;
    this.#sending = true;
    this.#screen.busy(true);
    try {
      for (let scan = this.#queue.waiting()[0]; scan; scan = this.#queue.waiting()[0]) {
        if (!(await this.#send(scan))) break;
      }
    } finally {
      this.#sending = false;
      this.#screen.busy(false);
      this.#showWaiting();
    }
  }

  async #send(scan: Scan): Promise<boolean> {
    const reply = await sendScan(this.#root.dataset.scansUrl ?? "", this.#csrfToken, scan);
    element(this.#root, "[data-login]").hidden = reply.kind !== "login";
    if (reply.kind === "answer") {
      this.#acknowledge(scan);
      this.#showAnswer(scan, reply.answer);
      return true;
    }
    if (reply.kind === "rejected") {
      this.#acknowledge(scan);
      this.#screen.show("other", { detail: reply.detail });
      return true;
    }
    if (this.#failures === 0) this.#screen.show("stored");
    this.#failures += 1;
    setTimeout(() => void this.#sendAll(), retryDelay(this.#failures));
    return false;
  }

  #acknowledge(scan: Scan): void {
    this.#failures = 0;
    this.#queue.acknowledge(scan.client_uuid);
  }

  #showAnswer(scan: Scan, answer: Answer): void {
    const first = answer.first_scan;
    const words: Words = {
      who: answer.ticket?.name || answer.booking?.name || "",
      seats: (answer.seats ?? []).join(", "),
      first_time: first === null ? "" : this.#clock.format(new Date(first.occurred_at)),
      first_gate: first?.gate ?? "",
    };
    this.#screen.show(answer.outcome === "undone" ? "undone" : answer.reason, words);
    this.#showCounts(answer.inside, answer.expected);
    const admitted = answer.outcome === "admitted" && scan.kind === "entry";
    this.#offerUndo(
      admitted ? { ...scan, ...(answer.seats ? { seats: answer.seats } : {}) } : null,
    );
  }

  #offerUndo(scan: Scan | null): void {
    this.#lastAdmitted = scan;
    element(this.#root, "[data-undo]").hidden = scan === null;
  }

  async #refreshCounts(): Promise<void> {
    if (document.hidden) return;
    const counts = await fetchCounts(this.#root.dataset.countsUrl ?? "");
    if (counts !== null) this.#showCounts(counts.inside, counts.expected);
  }

  #showCounts(inside: number, expected: number): void {
    element(this.#root, '[data-count="inside"]').textContent = String(inside);
    element(this.#root, '[data-count="expected"]').textContent = String(expected);
  }

  #showWaiting(): void {
    const waiting = this.#queue.waiting().length;
    element(this.#root, "[data-waiting]").hidden = waiting === 0;
    element(this.#root, "[data-waiting-count]").textContent = String(waiting);
  }

  #useCodeForm(): void {
    const form = element<HTMLFormElement>(this.#root, "[data-code-form]");
    const field = element<HTMLInputElement>(form, "input[name=code]");
    form.addEventListener("submit", (event) => {
      if (field.value.trim() === "") return;
      event.preventDefault();
      allowSound();
      void this.#read(field.value);
      field.value = "";
      field.focus();
    });
  }

  #useCamera(): void {
    if (!("mediaDevices" in navigator)) return;
    const section = element(this.#root, "[data-camera]");
    const view = element(section, "[data-camera-view]");
    const button = element<HTMLButtonElement>(section, "[data-camera-button]");
    const camera = new Camera(element<HTMLVideoElement>(view, "video"), (text) => {
      void this.#read(text);
    });
    section.hidden = false;
    button.addEventListener("click", async () => {
      allowSound();
      const problem = element(section, "[data-no-camera]");
      try {
        if (camera.isOn) camera.stop();
        else await camera.start();
        problem.hidden = true;
      } catch (error) {
        if (!(error instanceof DOMException)) throw error;
        problem.hidden = false;
      }
      view.hidden = !camera.isOn;
      element(button, ".kern-label").textContent =
        (camera.isOn ? button.dataset.on : button.dataset.off) ?? "";
    });
  }

  get #csrfToken(): string {
    return element<HTMLInputElement>(this.#root, "input[name=csrfmiddlewaretoken]").value;
  }
}

const root = document.querySelector<HTMLElement>("[data-door]");
if (root !== null) new Door(root).start();
