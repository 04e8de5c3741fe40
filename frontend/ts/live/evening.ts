/** A small evening for the tests: one question with two answers, its first round in focus. */

import type { OwnBallot, Question, Round, Snapshot } from "./protocol";

export const ROUND: Round = {
  id: 9,
  n: 1,
  state: "open",
  visibility: "after_close",
  revealed: false,
  closes_at: null,
  held: false,
  rev: 3,
  ballots: 3,
  counts: null,
  final: false,
};

export const QUESTION: Question = {
  id: 4,
  type: "single",
  text: "Wohin mit den Fahrrädern?",
  text_en: "",
  config: {},
  options: [
    { id: 1, text: "Wallstraße", text_en: "" },
    { id: 2, text: "Markt", text_en: "" },
  ],
  rounds: [ROUND],
};

export function snapshotWith(
  round: Partial<Round> = {},
  own: Readonly<Record<string, OwnBallot>> = {},
): Snapshot {
  return {
    code: "AB7K3M",
    title: "Rathausgespräch",
    state: "live",
    pace: "together",
    focus: 9,
    now: "2026-11-22T18:00:00+00:00",
    questions: [{ ...QUESTION, rounds: [{ ...ROUND, ...round }] }],
    own,
    presence: null,
  };
}
