/** What the door says on its own, without a network: the server's rules, as far as the list goes. */

import type { DoorList, Found, ListedSeat } from "./list";
import type { Kind } from "./queue";

export type Reason =
  | "ok"
  | "already_inside"
  | "cancelled"
  | "revoked"
  | "too_early"
  | "too_late"
  | "wrong_slot"
  | "unknown";

export interface Verdict {
  readonly admitted: boolean;
  readonly reason: Reason;
  readonly moved: readonly ListedSeat[];
}

export interface Question {
  readonly kind: Kind;
  readonly now: Date;
  readonly inside: ReadonlySet<string>;
  readonly seats?: readonly number[] | undefined;
  readonly isForced?: boolean;
}

/** The same reasons that a volunteer may override, as the server has them. */
export const FORCEABLE: readonly string[] = ["too_early", "too_late", "already_inside"];

export function decide(list: DoorList, found: Found | null, asked: Question): Verdict {
  if (found === null) return asked.isForced ? admitted([]) : refused("unknown");
  const valid = found.seats.filter((seat) => seat.state === "valid");
  const first = found.seats[0];
  if (first === undefined) return refused("unknown");
  if (valid.length === 0) return refused(first.state === "cancelled" ? "cancelled" : "revoked");
  const chosen = asked.seats === undefined ? valid : valid.filter(isOneOf(asked.seats));
  if (chosen.length === 0) return refused("revoked");
  if (asked.kind !== "entry") {
    return admitted(chosen.filter((seat) => asked.inside.has(seat.secretHash)));
  }
  if (!asked.isForced) {
    if (asked.now < new Date(list.opensAt)) return refused("too_early");
    if (asked.now > new Date(list.closesAt)) return refused("too_late");
  }
  const coming = chosen.filter((seat) => !asked.inside.has(seat.secretHash));
  if (coming.length > 0 || asked.isForced) return admitted(coming);
  return refused("already_inside");
}

function isOneOf(seqs: readonly number[]): (seat: ListedSeat) => boolean {
  return (seat) => seqs.includes(seat.seq);
}

function refused(reason: Reason): Verdict {
  return { admitted: false, reason, moved: [] };
}

function admitted(moved: readonly ListedSeat[]): Verdict {
  return { admitted: true, reason: "ok", moved };
}
