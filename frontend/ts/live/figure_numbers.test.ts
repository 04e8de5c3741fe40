import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { type Asked, type Counted, type Numbers, numbers } from "./figure_numbers";

interface Case {
  readonly name: string;
  readonly question: Asked;
  readonly round: Counted;
  readonly numbers: Numbers;
}

/** The server's tests read the same file. */
const SHARED = JSON.parse(readFileSync("tests/polls/data/figures.json", "utf8")) as Case[];

describe("numbers of a figure", () => {
  it.each(SHARED)("$name", ({ question, round, numbers: expected }) => {
    expect(numbers(question, round)).toEqual(expected);
  });
});
