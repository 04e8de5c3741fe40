/** The live protocol, version 1: what travels between a page and `/ws/live/<code>/`. */

import type { OwnRoom, Room } from "./room";

export type Role = "voter" | "wall" | "facilitator";

export type SessionState = "draft" | "live" | "ended" | "published";

export type RoundState = "draft" | "open" | "closed" | "certified";

export type Counts = Readonly<Record<string, number>>;

/** Wordings in further languages, by language code. */
export type Texts = Readonly<Record<string, string>>;

export interface Option {
  readonly id: number;
  readonly text: string;
  readonly text_en: string;
  readonly texts?: Texts;
  readonly image?: string | null;
}

/** Raised hands or ballot papers, countersigned; no counts where there are fewer than five. */
export interface Paper {
  readonly kind: "hands" | "paper";
  readonly ballots: number;
  readonly counts: Counts | null;
}

export interface Round {
  readonly id: number;
  readonly n: number;
  readonly state: RoundState;
  readonly visibility: string;
  readonly revealed: boolean;
  readonly closes_at: string | null;
  /** The close waits for a person. */
  readonly held: boolean;
  readonly rev: number;
  readonly ballots: number | null;
  readonly counts: Counts | null;
  /** Beside the counts, and shown with them. */
  readonly paper?: readonly Paper[] | null;
  readonly final: boolean;
}

export interface Question {
  readonly id: number;
  readonly type: string;
  readonly text: string;
  readonly text_en: string;
  readonly texts?: Texts;
  readonly image?: string | null;
  readonly image_alt?: string;
  readonly config: Readonly<Record<string, unknown>>;
  readonly options: readonly Option[];
  readonly rounds: readonly Round[];
}

/** What a ballot says: one member, by the type of its question. */
export type Value =
  | { readonly options: readonly number[] }
  | { readonly number: number }
  | { readonly ratings: Readonly<Record<string, number>> }
  | { readonly ranking: readonly number[] }
  | { readonly points: Readonly<Record<string, number>> }
  | { readonly words: readonly string[] }
  | { readonly text: string }
  | { readonly pin: readonly [number, number] };

/** A ballot that was taken back has no value. */
export interface OwnBallot {
  readonly ballot: string;
  readonly version: number;
  readonly value: Value | null;
}

export interface Snapshot {
  readonly code: string;
  readonly title: string;
  readonly state: SessionState;
  readonly pace: "together" | "own";
  readonly focus: number | null;
  readonly now: string;
  readonly questions: readonly Question[];
  readonly own: Readonly<Record<string, OwnBallot>>;
  /** What the room writes; `own_room`: what this seat wrote and agreed with. */
  readonly room?: Room;
  readonly own_room?: OwnRoom;
  readonly presence: number | null;
  /** The first ten of the quiz, where the session has a list. */
  readonly leaders?: readonly Leader[] | null;
}

export interface Leader {
  readonly place: number;
  readonly nickname: string;
  readonly score: number;
}

export interface Welcome {
  readonly epoch: string;
  readonly seq: number;
  readonly now: string;
  readonly role: Role;
  readonly token?: string | null;
  /** Absent when the missed events are replayed instead. */
  readonly snapshot?: Snapshot | null;
}

export interface Tally {
  readonly round: number;
  readonly rev: number;
  readonly ballots: number | null;
  readonly counts?: Counts | null;
  readonly paper?: readonly Paper[] | null;
  readonly final: boolean;
}

export interface ServerFrame {
  readonly t: string;
  readonly seq?: number;
  readonly re?: string;
  readonly d: Readonly<Record<string, unknown>>;
}

/** A conflict names the ballot that the server holds, and its version. */
export interface Refusal {
  readonly code: string;
  readonly retry: boolean;
  readonly ballot?: string;
  readonly version?: number;
}

export function refusalOf(d: Readonly<Record<string, unknown>>, retry: boolean): Refusal {
  const { ballot, version } = d;
  const held = typeof ballot === "string" && typeof version === "number" && { ballot, version };
  return { code: String(d.code ?? "invalid"), retry, ...held };
}

/** Closes after which a page must not come back by itself. */
export const FINAL_CLOSES: ReadonlySet<number> = new Set([4400, 4401, 4403, 4404, 4410]);

export const BANNED_CLOSE = 4403;

export const ENDED_CLOSE = 4410;

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** One frame of the server, or null for anything that is none. */
export function parseFrame(text: string): ServerFrame | null {
  let raw: unknown;
  try {
    raw = JSON.parse(text);
  } catch {
    return null;
  }
  if (!isRecord(raw) || typeof raw.t !== "string") {
    return null;
  }
  return {
    t: raw.t,
    d: isRecord(raw.d) ? raw.d : {},
    ...(typeof raw.seq === "number" ? { seq: raw.seq } : {}),
    ...(typeof raw.re === "string" ? { re: raw.re } : {}),
  };
}

export function encodeFrame(t: string, id: string, d: object): string {
  return JSON.stringify({ v: 1, t, id, d });
}
