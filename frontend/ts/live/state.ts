/** What a page knows of a live session, and how each frame changes it. Pure, so that it can be tested. */

import type {
  Counts,
  Question,
  Round,
  ServerFrame,
  SessionState,
  Snapshot,
  Tally,
  Welcome,
} from "./protocol";
import { ownAfter, roomAfter } from "./room";

export interface LiveState {
  readonly epoch: string;
  readonly seq: number;
  /** The server's clock minus ours, in milliseconds. */
  readonly ahead: number;
  readonly snapshot: Snapshot | null;
}

export const NOTHING_YET: LiveState = { epoch: "", seq: 0, ahead: 0, snapshot: null };

export interface Step {
  readonly state: LiveState;
  /** Something was missed or is not understood: say `hello` again and take the snapshot. */
  readonly gap: boolean;
}

/** Events that say nothing about rounds and carry no `seq`. */
const PASSING = new Set(["ack", "error", "result"]);

/** How far the server's clock is before ours; as if they agreed where it does not say. */
export function aheadOf(serverNow: unknown, now: number): number {
  const ahead = Date.parse(String(serverNow)) - now;
  return Number.isNaN(ahead) ? 0 : ahead;
}

export function welcomed(state: LiveState, welcome: Welcome, now: number): LiveState {
  const snapshot = welcome.snapshot ?? (welcome.epoch === state.epoch ? state.snapshot : null);
  // Replayed events follow the welcome and bring `seq` forward one by one.
  const seq = welcome.snapshot ? welcome.seq : state.seq;
  return { epoch: welcome.epoch, seq, ahead: aheadOf(welcome.now, now), snapshot };
}

export function received(state: LiveState, frame: ServerFrame): Step {
  if (frame.seq !== undefined) {
    if (frame.seq <= state.seq) {
      return { state, gap: false };
    }
    if (frame.seq > state.seq + 1) {
      return { state, gap: true };
    }
  }
  if (frame.t === "pong") {
    // It follows all events there were: one that did not come never will.
    return { state, gap: (number(frame.d.seq) ?? 0) > state.seq };
  }
  if (state.snapshot === null) {
    return { state, gap: frame.seq !== undefined };
  }
  const snapshot = changed(state.snapshot, frame);
  if (snapshot === null) {
    return { state, gap: true };
  }
  return { state: { ...state, snapshot, seq: frame.seq ?? state.seq }, gap: false };
}

/** The snapshot after this frame; null when the frame speaks of something unknown. */
function changed(snapshot: Snapshot, frame: ServerFrame): Snapshot | null {
  const { d } = frame;
  switch (frame.t) {
    case "tally":
      return tallied(snapshot, d as unknown as Tally);
    case "round.opened": {
      const opened = { state: "open" as const, closes_at: text(d.closes_at), final: false };
      const next = patched(withQuestion(snapshot, d.question), d.round, opened);
      return next && { ...next, state: "live", focus: number(d.round) };
    }
    case "round.closed": {
      const closed = { state: "closed" as const, held: false };
      const told = withAnswers(snapshot, d);
      return patched(told, d.round, d.revealed ? { ...closed, revealed: true } : closed);
    }
    case "round.revealed":
      return d.revealed === false ? hidden(snapshot, d) : revealed(withAnswers(snapshot, d), d);
    case "round.hidden":
      return hidden(snapshot, d);
    case "focus":
      return focused(snapshot, d.round);
    case "timer":
      return patched(snapshot, d.round, { closes_at: text(d.closes_at), held: d.held === true });
    case "words":
      // The counts without them, or with them again, follow as a tally.
      return snapshot;
    case "qa":
      return {
        ...snapshot,
        room: roomAfter(snapshot.room, d),
        own_room: ownAfter(snapshot.own_room, d),
      };
    case "leaders":
      return { ...snapshot, leaders: d.leaders as Snapshot["leaders"] & object };
    case "presence":
      return { ...snapshot, presence: number(d.n) };
    case "session.settings": {
      const { at: _at, ...settings } = d;
      return { ...snapshot, ...settings };
    }
    case "session.started":
      return { ...snapshot, state: "live" };
    case "session.ended":
      return { ...snapshot, state: "ended" };
    case "session.published":
      return { ...snapshot, state: "published" };
    default:
      return PASSING.has(frame.t) || frame.seq === undefined ? snapshot : null;
  }
}

function focused(snapshot: Snapshot, id: unknown): Snapshot | null {
  if (id === null || id === undefined) {
    return { ...snapshot, focus: null };
  }
  return findRound(snapshot, Number(id)) ? { ...snapshot, focus: Number(id) } : null;
}

/** A question opened for the first time travels with its event: the room has not seen it before. */
function withQuestion(snapshot: Snapshot, question: unknown): Snapshot {
  if (typeof question !== "object" || question === null) {
    return snapshot;
  }
  const put = question as Question;
  const { questions } = snapshot;
  // Put again, it stays where it stands in everyone's list.
  return questions.some(({ id }) => id === put.id)
    ? { ...snapshot, questions: questions.map((old) => (old.id === put.id ? put : old)) }
    : { ...snapshot, questions: [...questions, put] };
}

/** What is right in a quiz travels with its result. */
function withAnswers(snapshot: Snapshot, d: ServerFrame["d"]): Snapshot {
  if (typeof d.config !== "object" || d.config === null) {
    return snapshot;
  }
  const config = d.config as Question["config"];
  const questions = snapshot.questions.map((question) =>
    question.rounds.some(({ id }) => id === Number(d.round)) ? { ...question, config } : question,
  );
  return { ...snapshot, questions };
}

/** The counts may come along, or follow as a tally. */
function revealed(snapshot: Snapshot, d: ServerFrame["d"]): Snapshot | null {
  const next = patched(snapshot, d.round, { revealed: true });
  if (next === null || typeof d.counts !== "object" || d.counts === null) {
    return next;
  }
  const round = findRound(next, Number(d.round))?.round;
  return patched(next, d.round, {
    counts: d.counts as Counts,
    ballots: number(d.ballots) ?? round?.ballots ?? null,
    rev: number(d.rev) ?? round?.rev ?? 0,
  });
}

function hidden(snapshot: Snapshot, d: ServerFrame["d"]): Snapshot | null {
  return patched(snapshot, d.round, { revealed: false, counts: null, paper: null });
}

/** A lower `rev` comes late and is ignored; a final tally of the same `rev` is not. */
function tallied(snapshot: Snapshot, tally: Tally): Snapshot | null {
  const found = findRound(snapshot, tally.round);
  if (!found) {
    return null;
  }
  const { round } = found;
  if (tally.rev < round.rev || (round.final && !tally.final)) {
    return snapshot;
  }
  return patched(snapshot, tally.round, {
    rev: tally.rev,
    ballots: tally.ballots ?? round.ballots,
    counts: tally.counts ?? round.counts,
    paper: tally.paper ?? round.paper ?? null,
    final: tally.final,
  });
}

function patched(snapshot: Snapshot, id: unknown, patch: Partial<Round>): Snapshot | null {
  if (!findRound(snapshot, Number(id))) {
    return null;
  }
  const questions = snapshot.questions.map((question) => ({
    ...question,
    rounds: question.rounds.map((round) =>
      round.id === Number(id) ? { ...round, ...patch } : round,
    ),
  }));
  return { ...snapshot, questions };
}

export interface Found {
  readonly question: Question;
  readonly round: Round;
}

export function findRound(snapshot: Snapshot, id: number): Found | null {
  for (const question of snapshot.questions) {
    for (const round of question.rounds) {
      if (round.id === id) {
        return { question, round };
      }
    }
  }
  return null;
}

export function focusOf(snapshot: Snapshot): Found | null {
  return snapshot.focus === null ? null : findRound(snapshot, snapshot.focus);
}

/** Which screen is due. The templates name their parts with the same words. */
export type Stage = "before" | "between" | "ballot" | "counting" | "result" | "ended";

export function stageOf(snapshot: Snapshot): Stage {
  const over: readonly SessionState[] = ["ended", "published"];
  if (over.includes(snapshot.state)) {
    return "ended";
  }
  const focus = focusOf(snapshot);
  if (snapshot.state === "draft") {
    return "before";
  }
  if (!focus || focus.round.state === "draft") {
    return "between";
  }
  if (focus.round.state === "open") {
    return "ballot";
  }
  return focus.round.revealed && focus.round.counts ? "result" : "counting";
}

function text(value: unknown): string | null {
  return typeof value === "string" ? value : null;
}

function number(value: unknown): number | null {
  return typeof value === "number" ? value : null;
}
