/** The volunteer's scanner: camera or typed code in, an answer in colour, word and sound out. */

import { Access } from "./access";
import { Afterwards, type Wish } from "./afterwards";
import { type Answer, type Counts, type Party, Server, type WalkedIn } from "./api";
import { Chooser } from "./chooser";
import { Conflicts } from "./conflicts";
import { identity, parseContent, type Reading } from "./content";
import { Holdings } from "./holdings";
import { Lens } from "./lens";
import type { Found } from "./list";
import { type Answers, type Kind, retryDelay, type Scan, type Sent, type WalkIn } from "./queue";
import { Recent } from "./recent";
import { element, focusAnswer, nameOf, Screen } from "./screen";
import { Search } from "./search";
import { Settings } from "./settings";
import { allowSound } from "./signal";
import { Status } from "./status";
import type { Store } from "./store";
import { uploadAll } from "./upload";
import { decide, FORCEABLE, type Verdict } from "./verdict";
import { refusalOf, seatsOf, WalkIns } from "./walk_ins";

/** The server counts anew three times a second: so all gates agree within one. */
const LOOK_EVERY_MS = 500;
const LIST_EVERY_MS = 30_000;

export class Door {
  readonly #root: HTMLElement;
  readonly #slot: string;
  readonly #wipeAt: string;
  readonly #store: Store;
  readonly #server: Server;
  readonly #holdings: Holdings;
  readonly #access: Access;
  readonly #screen: Screen;
  readonly #status: Status;
  readonly #chooser: Chooser;
  readonly #afterwards: Afterwards;
  readonly #conflicts: Conflicts;
  readonly #settings: Settings;
  readonly #search: Search;
  readonly #recent = new Recent();
  readonly #clock = new Intl.DateTimeFormat(document.documentElement.lang, {
    hour: "2-digit",
    minute: "2-digit",
    timeZone: "Europe/Berlin",
  });
  /** One thing after the other: what is presented, decided and shown. */
  #turn: Promise<unknown> = Promise.resolve();
  #isAway = false;
  #isUploading = false;
  #isInstalled = false;
  #failures = 0;
  #counts: Counts | null = null;
  #countedAt = 0;
  #listAt = 0;

  constructor(root: HTMLElement, store: Store) {
    this.#root = root;
    this.#store = store;
    this.#slot = root.dataset.slot ?? "";
    this.#wipeAt = root.dataset.wipeAt ?? "";
    this.#server = new Server(root, this.#slot);
    this.#holdings = new Holdings(store, this.#slot);
    this.#access = new Access(root, store);
    this.#screen = new Screen(root);
    this.#status = new Status(root, store, this.#holdings, this.#access);
    this.#chooser = new Chooser(root, (reading, seats) => this.#present(reading, { seats }));
    this.#afterwards = new Afterwards(root, this.#holdings, this.#clock, {
      present: (reading, wish) => this.#present(reading, wish),
      answer: (scan, answers) => {
        this.#turn = this.#turn.then(() => this.#answer(scan, answers));
      },
    });
    this.#conflicts = new Conflicts(root, this.#clock, store, this.#slot);
    this.#settings = new Settings(root, this.#holdings);
    this.#search = new Search(root, this.#server, (party) => {
      allowSound();
      this.#search.close();
      focusAnswer();
      void this.#open({ code: party.code });
    });
  }

  async start(): Promise<void> {
    await this.#holdings.load();
    new Lens(this.#root, (text) => void this.#see(text));
    new WalkIns(this.#root, (size, name, uuid) => {
      this.#turn = this.#turn.then(() => this.#walkIn(size, name, uuid));
    });
    this.#useCodeForm();
    for (const form of this.#root.querySelectorAll("[data-server-only]")) form.remove();
    for (const part of this.#root.querySelectorAll<HTMLElement>("[data-island]")) {
      part.hidden = false;
    }
    addEventListener("online", () => void this.#look());
    addEventListener("offline", () => void this.#goAway());
    await this.#conflicts.show();
    void this.#watch();
  }

  /** The page opens without a network from now on. */
  installed(): void {
    this.#isInstalled = true;
    void this.#showState();
  }

  // --- What is held before the scanner -----------------------------------------------------------

  /** By the camera, which sees the same code many times a second. */
  async #see(text: string): Promise<void> {
    const reading = parseContent(text);
    if (reading === null || this.#afterwards.isAsking) return;
    if (this.#recent.isNew(`${this.#kind} ${identity(reading)}`, Date.now())) {
      await this.#open(reading);
    }
  }

  /** With several seats behind it, the volunteer first says who is there. */
  async #open(reading: Reading): Promise<void> {
    this.#chooser.close();
    this.#afterwards.offerForce(null);
    const party = await this.#partyOf(reading);
    const leaving = this.#kind === "exit";
    const moving = party?.seats.filter((seat) => seat.inside === leaving) ?? [];
    if (party === null || moving.length < 2) {
      this.#present(reading, {});
      return;
    }
    this.#screen.clear();
    this.#afterwards.clear();
    this.#chooser.open(reading, party, leaving);
  }

  async #partyOf(reading: Reading): Promise<Party | null> {
    const found = await this.#holdings.find(reading);
    const isParty = found?.isWhole === true && found.seats.length > 1;
    if (!this.#isAway && (found === null || isParty)) {
      const reply = await this.#server.party(reading);
      if (reply.kind === "answer") return reply.answer;
    }
    if (found === null || !isParty) return null;
    const inside = await this.#holdings.inside();
    const valid = found.seats.filter((seat) => seat.state === "valid");
    const seats = valid.map((seat) => ({
      seq: seat.seq,
      name: "",
      inside: inside.has(seat.secretHash),
    }));
    return { code: "", name: "", seats };
  }

  #present(reading: Reading, wish: Wish): void {
    this.#turn = this.#turn.then(() => this.#scan(reading, wish));
  }

  async #scan(reading: Reading, wish: Wish): Promise<void> {
    const { gate } = this.#settings;
    const scan: Scan = {
      ...reading,
      client_uuid: crypto.randomUUID(),
      kind: wish.kind ?? this.#kind,
      occurred_at: new Date().toISOString(),
      ...(gate === "" ? {} : { gate }),
      ...(wish.seats === undefined ? {} : { seats: wish.seats }),
      ...(wish.force === undefined ? {} : { force: wish.force }),
    };
    const found = await this.#holdings.find(reading);
    if (await this.#isLive()) {
      this.#screen.busy(true);
      const reply = await this.#server.scan(scan);
      this.#screen.busy(false);
      if (reply.kind === "answer") return this.#answered(scan, reply.answer, found);
      if (reply.kind === "rejected") return this.#screen.show("other", { detail: reply.detail });
      await this.#goAway(reply.kind === "login");
    }
    if (this.#access.isRevoked) return this.#screen.show("unpaired");
    await this.#decideHere(scan, found);
  }

  /** Whether the server is asked: it is there, and nothing older waits for it. */
  async #isLive(): Promise<boolean> {
    return !this.#isAway && (await this.#holdings.queue()).length === 0;
  }

  async #answered(scan: Scan, answer: Answer, found: Found | null): Promise<void> {
    const first = answer.first_scan;
    const who = answer.ticket?.name || answer.booking?.name || "";
    this.#screen.show(nameOf(scan, answer.outcome, answer.reason), {
      who,
      seats: (answer.seats ?? []).join(", "),
      first_time: first === null ? "" : this.#clock.format(new Date(first.occurred_at)),
      first_gate: first?.gate ?? "",
    });
    this.#countedAt = Date.now();
    this.#status.count(answer);
    this.#afterwards.clear();
    if (answer.outcome === "admitted") {
      const moved: Scan = answer.seats ? { ...scan, seats: answer.seats } : scan;
      this.#afterwards.moved(moved, who, found);
    } else if (FORCEABLE.includes(answer.reason)) {
      this.#afterwards.offerForce(scan);
    }
    await this.#holdings.answered(scan, answer, found);
  }

  // --- Without a network -------------------------------------------------------------------------

  async #decideHere(scan: Scan, found: Found | null): Promise<void> {
    const { list } = this.#holdings;
    // Nobody but this device knows them under this name, and it knows that they came in.
    const isWalkIn = "walk_in" in scan;
    if (isWalkIn || list === null) {
      await this.#enqueue({ ...scan, offline: true }, []);
      this.#screen.show(isWalkIn ? "undone" : "stored");
      return;
    }
    const verdict = decide(list, found, {
      kind: scan.kind,
      now: new Date(scan.occurred_at),
      inside: await this.#holdings.inside(),
      seats: scan.seats,
      isForced: scan.force !== undefined,
    });
    this.#afterwards.clear();
    if (!verdict.admitted) {
      await this.#refuseHere(scan, verdict);
      return;
    }
    const seats = verdict.moved.map((seat) => seat.seq);
    const hashes = verdict.moved.map((seat) => seat.secretHash);
    await this.#enqueue({ ...scan, offline: true }, hashes);
    const name = { entry: "offline", exit: "offline_exit", undo: "undone" }[scan.kind];
    this.#screen.show(name, { seats: seats.join(", "), list_time: this.#listTime });
    if (scan.kind !== "undo") {
      this.#afterwards.moved({ ...scan, offline: true, seats }, "", found);
    }
  }

  async #refuseHere(scan: Scan, verdict: Verdict): Promise<void> {
    const isElsewhere = verdict.reason === "unknown" && (await this.#holdings.isElsewhere(scan));
    const reason = isElsewhere ? "wrong_slot" : verdict.reason;
    this.#screen.show(reason, { list_time: this.#listTime });
    if (FORCEABLE.includes(reason) || reason === "unknown") this.#afterwards.offerForce(scan);
  }

  get #listTime(): string {
    const { list } = this.#holdings;
    return list === null ? "" : this.#clock.format(new Date(list.asOf));
  }

  async #enqueue(scan: Scan, moved: readonly string[]): Promise<void> {
    const row = { uuid: scan.client_uuid, slot: this.#slot, wipeAt: this.#wipeAt };
    await this.#store.enqueue({ ...row, body: { scan }, moved });
    await this.#showState();
  }

  async #walkIn(size: number, name: string, uuid: string): Promise<void> {
    const { gate } = this.#settings;
    const common = {
      client_uuid: uuid,
      occurred_at: new Date().toISOString(),
      ...(gate === "" ? {} : { gate }),
    };
    const walkIn: WalkIn = { ...common, party_size: size, name };
    this.#afterwards.clear();
    if (await this.#isLive()) {
      const reply = await this.#server.walkIn(walkIn);
      if (reply.kind === "answer") return this.#walkedIn(common, walkIn, reply.answer);
      if (reply.kind === "rejected") return this.#screen.show(...refusalOf(reply, size));
      await this.#goAway(reply.kind === "login");
    }
    if (this.#access.isRevoked) return this.#screen.show("unpaired");
    const row = { uuid, slot: this.#slot, wipeAt: this.#wipeAt, moved: [] };
    await this.#store.enqueue({ ...row, body: { walkIn: { ...walkIn, offline: true } } });
    const people = String(size);
    this.#screen.show("offline_walk_in", { people, who: name });
    const entry: Scan = { ...common, walk_in: uuid, kind: "entry", offline: true };
    this.#afterwards.moved({ ...entry, seats: seatsOf(size) }, name, null, people);
    await this.#showState();
  }

  async #walkedIn(common: Sent, { party_size, name }: WalkIn, answer: WalkedIn): Promise<void> {
    const { code } = answer;
    const people = String(party_size);
    this.#screen.show("walked_in", { people, who: name, code });
    this.#countedAt = Date.now();
    this.#status.count(answer);
    await this.#holdings.walkedIn(answer);
    const entry: Scan = { ...common, code, kind: "entry", seats: seatsOf(party_size) };
    this.#afterwards.moved(entry, name, await this.#holdings.find({ code }), people);
  }

  /** The same scan again, with its answers: the server knows it and takes what is new. */
  async #answer(scan: Scan, answers: Answers): Promise<void> {
    const whole: Scan = { ...scan, answers };
    if (await this.#isLive()) {
      const reply = await this.#server.scan(whole);
      if (reply.kind === "rejected") this.#screen.show("other", { detail: reply.detail });
      if (reply.kind === "answer" || reply.kind === "rejected") return;
      await this.#goAway(reply.kind === "login");
    }
    const waiting = (await this.#holdings.queue()).find((row) => row.uuid === scan.client_uuid);
    await this.#enqueue(whole, waiting?.moved ?? []);
  }

  #useCodeForm(): void {
    const form = element<HTMLFormElement>(this.#root, "[data-code-form]");
    const field = element<HTMLInputElement>(form, "input[name=code]");
    form.addEventListener("submit", (event) => {
      const reading = parseContent(field.value);
      if (reading === null) return;
      event.preventDefault();
      allowSound();
      if (!this.#afterwards.isAsking) void this.#open(reading);
      field.value = "";
      field.focus();
    });
  }

  get #kind(): Kind {
    const chosen = this.#root.querySelector<HTMLInputElement>("input[name=kind]:checked");
    return chosen?.value === "exit" ? "exit" : "entry";
  }

  // --- The network -------------------------------------------------------------------------------

  async #watch(): Promise<void> {
    for (;;) {
      if (!document.hidden) await this.#look();
      const pause = this.#isAway ? retryDelay(this.#failures) : LOOK_EVERY_MS;
      await new Promise((resolve) => setTimeout(resolve, pause));
    }
  }

  /** Ask how many are inside: that is also how we learn that the network is gone, or back. */
  async #look(): Promise<void> {
    this.#afterwards.tick();
    const reply = await this.#server.counts();
    if (reply.kind !== "answer") {
      await this.#goAway(reply.kind === "login");
      return;
    }
    if (!(await this.#uploadAll())) return;
    this.#isAway = false;
    this.#failures = 0;
    this.#access.regain();
    const before = this.#counts;
    this.#counts = reply.answer;
    // The server's numbers may be a third of a second old: younger ones from a scan stay.
    if (Date.now() - this.#countedAt > LOOK_EVERY_MS) this.#status.count(reply.answer);
    this.#settings.showGates(reply.answer.gates);
    const changed =
      before?.inside !== reply.answer.inside || before.expected !== reply.answer.expected;
    if (changed || Date.now() - this.#listAt > LIST_EVERY_MS) await this.#refreshList();
    await this.#showState();
  }

  async #uploadAll(): Promise<boolean> {
    if (this.#isUploading) return false;
    if ((await this.#store.waitingSlots()).length === 0) return true;
    this.#isUploading = true;
    const result = await uploadAll(this.#store, (slot) => new Server(this.#root, slot));
    this.#isUploading = false;
    this.#counts = null;
    await this.#conflicts.show();
    if (result !== "done") await this.#goAway(result === "login");
    return result === "done";
  }

  async #refreshList(): Promise<void> {
    if (!this.#settings.keepsList || new Date(this.#wipeAt) <= new Date()) return;
    if (await this.#holdings.refresh(this.#server)) this.#listAt = Date.now();
  }

  async #goAway(needsLogin = false): Promise<void> {
    this.#isAway = true;
    this.#failures += 1;
    if (needsLogin) {
      await this.#access.lose();
      await this.#holdings.load();
    }
    await this.#showState();
  }

  async #showState(): Promise<void> {
    this.#settings.showList(this.#clock);
    await this.#status.show(this.#isAway, this.#isInstalled);
  }
}
