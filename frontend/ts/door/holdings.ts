/** What this device knows on its own: its door list, and what it has let in since. */

import type { Answer, Server, WalkedIn } from "./api";
import type { Reading } from "./content";
import {
  type DoorList,
  type DoorQuestion,
  type Found,
  find,
  merged,
  saltedHash,
  type Told,
  toldOf,
} from "./list";
import { insideAfter, type Scan, type Waiting, walkInsIn } from "./queue";
import type { Store } from "./store";

export class Holdings {
  readonly #store: Store;
  readonly #slot: string;
  #list: DoorList | null = null;
  /** What was said while a newer list is on its way, which may not know of it. */
  #toldMeanwhile: Told[] | null = null;

  constructor(store: Store, slot: string) {
    this.#store = store;
    this.#slot = slot;
  }

  get list(): DoorList | null {
    return this.#list;
  }

  async load(): Promise<void> {
    this.#list = await this.#store.list(this.#slot);
  }

  /** Fetch what has changed since the list's last time, or all of it. Returns whether it worked. */
  async refresh(server: Pick<Server, "list">): Promise<boolean> {
    const meanwhile: Told[] = [];
    this.#toldMeanwhile = meanwhile;
    const reply = await server.list(this.#slot, this.#list?.asOf);
    // Wiped in the meantime, or overtaken by a younger one.
    if (this.#toldMeanwhile !== meanwhile) return false;
    this.#toldMeanwhile = null;
    if (reply.kind !== "answer") return false;
    const isSame = this.#list?.salt === reply.answer.salt;
    const fresh = this.#list && isSame ? merged(this.#list, reply.answer) : reply.answer;
    this.#list = toldOf(fresh, meanwhile);
    await this.#store.saveList(this.#list);
    return true;
  }

  /**
   * The server's answer to a scan, onto the list at once: the network may be gone before the next
   * list comes.
   */
  async answered(scan: Scan, answer: Answer, found: Found | null): Promise<void> {
    const inside = insideSays(scan, answer);
    if (this.#list === null || inside === null) return;
    if (found === null) {
      await this.#tell(await this.#newSeat(scan, answer, inside));
      return;
    }
    const meant = answer.reason === "already_inside" ? scan.seats : answer.seats;
    const seats = found.seats.filter(
      ({ seq, state }) => state === "valid" && (meant?.includes(seq) ?? true),
    );
    await this.#tell(seats.map(({ secretHash }) => ({ secretHash, inside })));
  }

  /** People without a booking have seats now, too. */
  async walkedIn({ code, tickets }: WalkedIn): Promise<void> {
    if (this.#list === null) return;
    const { salt } = this.#list;
    const party = await saltedHash(salt, code);
    const seats = tickets.map(async ({ seq, secret }) => {
      const secretHash = await saltedHash(salt, secret);
      return { secretHash, party, seq, state: "valid" as const, inside: true };
    });
    const told = await Promise.all(seats);
    // Nobody has asked them anything yet.
    const { bookings, questions } = this.#list;
    const booking = { hash: null, party, isAnswered: questions.length === 0 };
    this.#list = { ...this.#list, bookings: [...bookings, booking] };
    await this.#tell(told);
  }

  /** A ticket that is younger than the list. */
  async #newSeat(scan: Scan, { ticket }: Answer, inside: boolean): Promise<Told[]> {
    if (this.#list === null || ticket === null || !("secret" in scan)) return [];
    const { salt } = this.#list;
    const secretHash = await saltedHash(salt, scan.secret);
    const party = await saltedHash(salt, ticket.code);
    return [{ secretHash, party, seq: ticket.seq, state: "valid", inside }];
  }

  async #tell(told: readonly Told[]): Promise<void> {
    if (this.#list === null || told.length === 0) return;
    this.#toldMeanwhile?.push(...told);
    this.#list = toldOf(this.#list, told);
    await this.#store.saveList(this.#list);
  }

  /** Forget everything of this slot, on the device too. */
  async wipe(): Promise<void> {
    this.#list = null;
    this.#toldMeanwhile = null;
    await this.#store.wipe(this.#slot);
  }

  queue(): Promise<Waiting[]> {
    return this.#store.queue(this.#slot);
  }

  async find(reading: Reading): Promise<Found | null> {
    if (this.#list === null) return null;
    return find(this.#list, await saltedHash(this.#list.salt, presented(reading)));
  }

  /** Whether it is on the list of another date that this device holds. */
  async isElsewhere(reading: Reading): Promise<boolean> {
    for (const list of await this.#store.lists()) {
      if (list.slot === this.#slot) continue;
      if (find(list, await saltedHash(list.salt, presented(reading))) !== null) return true;
    }
    return false;
  }

  async inside(): Promise<ReadonlySet<string>> {
    return insideAfter(this.#list?.seats ?? [], await this.queue());
  }

  /** Inside and expected by this device's own knowledge. */
  async counts(): Promise<{ readonly inside: number; readonly expected: number } | null> {
    if (this.#list === null) return null;
    const walkIns = walkInsIn(await this.queue());
    const expected = this.#list.seats.filter((seat) => seat.state === "valid").length;
    return { inside: (await this.inside()).size + walkIns, expected: expected + walkIns };
  }

  /** What is still to be asked of this booking at the door. */
  questionsFor(found: Found): readonly DoorQuestion[] {
    const booking = this.#list?.bookings.find((booking) => booking.party === found.party);
    return booking?.isAnswered === false ? (this.#list?.questions ?? []) : [];
  }
}

/** Whether the seats that were meant are inside now; null: the answer does not say. */
function insideSays(scan: Scan, { outcome, reason }: Answer): boolean | null {
  if (outcome === "admitted") return scan.kind === "entry";
  if (outcome === "undone") return false;
  return reason === "already_inside" ? true : null;
}

function presented(reading: Reading): string {
  if ("walk_in" in reading) return reading.walk_in;
  return "code" in reading ? reading.code : reading.secret;
}
