/** Seat, drafts and ballots of one live session, kept on the phone until they are counted. */

import type { OwnBallot, Refusal, Snapshot, Value } from "./protocol";
import { findRound } from "./state";
import type { Entries } from "./values";

export interface KeptBallot extends OwnBallot {
  readonly counted: boolean;
}

interface Kept {
  token: string;
  ballots: Record<string, KeptBallot>;
  /** What a ballot under way is to change: it counts on where the change is refused. */
  before: Record<string, KeptBallot>;
  drafts: Record<string, Entries>;
  /** The wording this person reads; empty for the page's own language. */
  language: string;
}

/** The part of `Storage` we use; it may refuse (private windows), then memory must do. */
export type Shelf = Pick<Storage, "getItem" | "setItem">;

export class Ballots {
  private readonly kept: Kept;

  constructor(
    private readonly code: string,
    private readonly shelf: Shelf | null,
    private readonly newId: () => string = newUuid,
  ) {
    this.kept = this.load();
  }

  get token(): string {
    return this.kept.token;
  }

  set token(token: string) {
    this.kept.token = token;
    this.save();
  }

  of(round: number): KeptBallot | null {
    return this.kept.ballots[round] ?? null;
  }

  get language(): string {
    return this.kept.language;
  }

  set language(language: string) {
    this.kept.language = language;
    this.save();
  }

  /** The ballot to send: the same one for the same value, the next version for another; null takes
   * it back. */
  cast(round: number, value: Value | null): KeptBallot {
    const before = this.of(round);
    if (before && sameValue(before.value, value)) {
      return before;
    }
    const ballot = {
      ballot: before?.ballot ?? this.newId(),
      version: (before?.version ?? 0) + 1,
      value,
      counted: false,
    };
    if (before && !this.kept.before[round]?.counted) {
      this.kept.before[round] = before;
    }
    this.kept.ballots[round] = ballot;
    delete this.kept.drafts[round];
    this.save();
    return ballot;
  }

  /** Not yet acknowledged, oldest round first. */
  waiting(): readonly (readonly [number, KeptBallot])[] {
    return Object.entries(this.kept.ballots)
      .filter(([, ballot]) => !ballot.counted)
      .map(([round, ballot]) => [Number(round), ballot] as const);
  }

  /** An acknowledgement; one for an older version says nothing about the newest. */
  acknowledged(ballot: string, version: number): void {
    for (const kept of [this.kept.ballots, this.kept.before]) {
      for (const [round, own] of Object.entries(kept)) {
        if (own.ballot === ballot && own.version === version) {
          kept[round] = { ...own, counted: true };
          if (kept === this.kept.ballots) {
            delete this.kept.before[round];
          }
        }
      }
    }
    this.save();
  }

  /** Give up what was sent, unless something newer is under way; what counted before counts on.
   * Where a change before it never arrived, it takes the place of that one. Whether it was given
   * up: if not, what waits is to be sent. */
  refused(round: number, sent: OwnBallot, refusal: Refusal): boolean {
    const { ballots, before } = this.kept;
    const mine = ballots[round];
    if (mine?.ballot !== sent.ballot || mine.version !== sent.version) {
      return false;
    }
    const held = refusal.ballot === sent.ballot ? refusal.version : undefined;
    if (held !== undefined && held + 1 < sent.version) {
      ballots[round] = { ...mine, version: held + 1 };
      this.save();
      return false;
    }
    const earlier = before[round];
    delete ballots[round];
    delete before[round];
    if (earlier?.counted) {
      ballots[round] = earlier;
    }
    this.save();
    return true;
  }

  /** The server's word on open rounds goes before ours; closed anonymous rounds say nothing. */
  settle(snapshot: Snapshot): void {
    for (const [round, own] of Object.entries(snapshot.own)) {
      const mine = this.of(Number(round));
      const newer = mine?.ballot === own.ballot && mine.version > own.version;
      if (!newer) {
        this.kept.ballots[round] = { ...own, counted: true };
        delete this.kept.before[round];
      }
    }
    for (const [round, mine] of Object.entries(this.kept.ballots)) {
      const open = findRound(snapshot, Number(round))?.round.state === "open";
      if (open && mine.counted && !(round in snapshot.own)) {
        this.kept.ballots[round] = { ...mine, counted: false };
      }
    }
    this.save();
  }

  draft(round: number): Entries | null {
    const draft = this.kept.drafts[round];
    return draft?.every((entry) => Array.isArray(entry)) ? draft : null;
  }

  keepDraft(round: number, entries: Entries): void {
    this.kept.drafts[round] = entries;
    this.save();
  }

  private load(): Kept {
    const empty: Kept = { token: "", ballots: {}, before: {}, drafts: {}, language: "" };
    try {
      const stored = this.shelf?.getItem(this.key());
      return stored ? { ...empty, ...(JSON.parse(stored) as Partial<Kept>) } : empty;
    } catch {
      return empty;
    }
  }

  private save(): void {
    try {
      this.shelf?.setItem(this.key(), JSON.stringify(this.kept));
    } catch {
      // A full or forbidden storage loses the draft on reload, never the vote.
    }
  }

  private key(): string {
    return `mitwirk.live.${this.code}`;
  }
}

/** Two sets of options or of marks are the same in any order; a ranking is not. */
export function sameValue(one: Value | null, other: Value | null): boolean {
  return canonical(one) === canonical(other);
}

function canonical(value: Value | null): string {
  if (value && "options" in value) {
    return JSON.stringify([...value.options].sort((a, b) => a - b));
  }
  return JSON.stringify(value, (_key, part: unknown) =>
    typeof part === "object" && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
}

/** `crypto.randomUUID` exists only on secure origins; a town hall's test server may be none. */
function newUuid(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return [8, 12, 16, 20]
    .reduceRight((id, at) => `${id.slice(0, at)}-${id.slice(at)}`, hex)
    .toLowerCase();
}
