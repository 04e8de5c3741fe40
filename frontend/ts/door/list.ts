/** The door list as this device holds it: salted hashes and states, never a name. */

export type SeatState = "valid" | "cancelled" | "revoked";

/** One ticket. `party` is what the seats of a booking share: the hash of its six-character code. */
export interface ListedSeat {
  readonly secretHash: string;
  readonly party: string;
  readonly seq: number;
  readonly state: SeatState;
  readonly inside: boolean;
}

/** `hash`: its own QR code, if it has one; `isAnswered`: nothing is left to be asked at the door. */
export interface ListedBooking {
  readonly hash: string | null;
  readonly party: string;
  readonly isAnswered: boolean;
}

/** What is asked at the door. */
export interface DoorQuestion {
  readonly id: number;
  readonly kind: "text" | "number" | "choice" | "several" | "yes_no" | "date";
  readonly text: string;
  readonly help_text: string;
  readonly options: readonly string[];
  readonly is_required: boolean;
  readonly depends_on: number | null;
  readonly depends_value: string;
}

export interface DoorList {
  readonly slot: string;
  readonly salt: string;
  readonly asOf: string;
  readonly opensAt: string;
  readonly closesAt: string;
  readonly wipeAt: string;
  readonly capacity: number;
  readonly questions: readonly DoorQuestion[];
  readonly seats: readonly ListedSeat[];
  readonly bookings: readonly ListedBooking[];
}

/** What a presented code stands for: one seat, or a booking with all of its seats. */
export interface Found {
  readonly party: string;
  readonly seats: readonly ListedSeat[];
  readonly isWhole: boolean;
}

export async function saltedHash(salt: string, value: string): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(salt + value));
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

export function find(list: DoorList, hash: string): Found | null {
  const seat = list.seats.find((seat) => seat.secretHash === hash);
  if (seat !== undefined) return { party: seat.party, seats: [seat], isWhole: false };
  const party = list.bookings.find((booking) => booking.hash === hash)?.party ?? hash;
  const seats = list.seats.filter((seat) => seat.party === party);
  return seats.length > 0 ? { party, seats, isWhole: true } : null;
}

/** The list with what has changed since; rows are replaced whole. */
export function merged(list: DoorList, change: DoorList): DoorList {
  const seats = new Map(list.seats.map((seat) => [seat.secretHash, seat]));
  for (const seat of change.seats) seats.set(seat.secretHash, seat);
  const bookings = new Map(list.bookings.map((booking) => [booking.party, booking]));
  for (const booking of change.bookings) bookings.set(booking.party, booking);
  return { ...change, seats: [...seats.values()], bookings: [...bookings.values()] };
}

/** What the server has just said of one seat. */
export type Told = Partial<ListedSeat> & Pick<ListedSeat, "secretHash">;

/** The list with it; a seat that it did not hold yet comes in whole, or not at all. */
export function toldOf(list: DoorList, told: readonly Told[]): DoorList {
  if (told.length === 0) return list;
  const seats = new Map(list.seats.map((seat) => [seat.secretHash, seat]));
  for (const news of told) {
    const seat = { ...seats.get(news.secretHash), ...news };
    if (isWhole(seat)) seats.set(seat.secretHash, seat);
  }
  return { ...list, seats: [...seats.values()] };
}

function isWhole(seat: Told): seat is ListedSeat {
  return ![seat.party, seat.seq, seat.state, seat.inside].includes(undefined);
}
