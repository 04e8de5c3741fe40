/** What the room writes, as a page knows it: pure, so that it can be tested. */

import type { ServerFrame } from "./protocol";

export interface Said {
  readonly id: string;
  readonly kind: "question" | "answer" | "card";
  readonly round: number | null;
  readonly text: string;
  readonly state: "pending" | "shown" | "answered" | "archived";
  readonly pinned: boolean;
  readonly votes: number;
  readonly at: string | null;
  readonly idea: string | null;
}

export interface Room {
  readonly qa: string;
  readonly cards: boolean;
  readonly reactions: boolean;
  readonly items: readonly Said[];
}

export interface OwnRoom {
  readonly items: readonly Said[];
  readonly upvotes: readonly string[];
}

const NOTHING: Room = { qa: "off", cards: false, reactions: false, items: [] };
const NOTHING_OWN: OwnRoom = { items: [], upvotes: [] };

/** The room after a `qa` frame: what changed comes whole, what is gone by its id. */
export function roomAfter(room: Room | undefined, d: ServerFrame["d"]): Room {
  const before = room ?? NOTHING;
  const changed = (d.changed ?? []) as readonly Said[];
  const gone = new Set((d.gone ?? []) as readonly string[]);
  const fresh = new Set(changed.map(({ id }) => id));
  const kept =
    d.full === true ? [] : before.items.filter(({ id }) => !gone.has(id) && !fresh.has(id));
  const settings = (d.settings ?? {}) as Partial<Room>;
  return { ...before, ...settings, items: [...kept, ...changed].sort(inOrder) };
}

/** What this seat wrote, after a `qa` frame: it comes when somebody looked at it. */
export function ownAfter(own: OwnRoom | undefined, d: ServerFrame["d"]): OwnRoom {
  return { ...(own ?? NOTHING_OWN), ...(d.own as Partial<OwnRoom> | undefined) };
}

/** Pinned first, then by votes, then the older one. */
function inOrder(one: Said, other: Said): number {
  return (
    Number(other.pinned) - Number(one.pinned) ||
    other.votes - one.votes ||
    (one.at ?? "~").localeCompare(other.at ?? "~") ||
    one.id.localeCompare(other.id)
  );
}

/**
 * What this phone wrote and does not find among the others' words; cards, which no phone lists,
 * always. After the end nothing tells any more whose a shown question was.
 */
export function ownBeside(
  own: Iterable<Said>,
  room: Room,
  kind: "question" | "card",
  isLive: boolean,
): readonly Said[] {
  const seen = new Map(room.items.map((said) => [said.id, said]));
  const isUnseen = ({ id, state }: Said) =>
    !seen.has(id) && (isLive || state === "pending" || state === "archived");
  return [...own]
    .filter((said) => said.kind === kind && (kind === "card" || isUnseen(said)))
    .map((said) => seen.get(said.id) ?? said);
}

export function ofKind(room: Room | undefined, kind: Said["kind"]): readonly Said[] {
  return (room?.items ?? []).filter((said) => said.kind === kind);
}
