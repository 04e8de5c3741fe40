import { beforeEach, describe, expect, it } from "vitest";
import { drawFigure, leastFirst } from "./draw_figure";
import { QUESTION, ROUND } from "./evening";
import { asSentence, figureOf, isCrowded, isDense } from "./figures";
import { part } from "./page";
import type { Question, Round } from "./protocol";

const WORDS = {
  own: "(Ihre Antwort)",
  right: "richtig",
  earlier: "vorher",
  before: "Zum Vergleich: Durchgang {n}",
  mean: "Durchschnitt {mean}, mittlere Antwort {middle}",
  headAnswer: "Antwort",
  colVotes: "Stimmen",
  colShare: "Anteil",
  hands: "Handzeichen",
  paper: "Stimmzettel",
  byHand: "{name}: {n}, nicht in den Balken",
  tooFew: "weniger als fünf",
};
const PLACES = `
  <div data-figure><p data-before hidden></p>
    <div data-pins hidden><img data-ground hidden><svg data-dots></svg></div>
    <ol data-bars></ol><ul data-cloud hidden></ul><ul data-papers></ul><p data-fill="note"></p></div>
  <table><thead><tr data-heads></tr></thead><tbody data-rows></tbody></table>`;

function asked(type: string, more: Partial<Question> = {}): Question {
  return { ...QUESTION, type, options: [], ...more };
}

function counted(counts: Record<string, number>, more: Partial<Round> = {}): Round {
  const ballots = Object.values(counts).reduce((sum, n) => sum + n, 0);
  return { ...ROUND, counts, ballots, ...more };
}

function draw(question: Question, round: Round): HTMLElement {
  drawFigure(document.body, figureOf(question, round, WORDS), WORDS);
  return document.body;
}

function texts(selector: string): string[] {
  return [...document.body.querySelectorAll(selector)].map((item) => item.textContent ?? "");
}

beforeEach(() => {
  document.documentElement.lang = "de";
  document.body.innerHTML = PLACES;
});

describe("bars", () => {
  it("keep their elements while the numbers change", () => {
    draw(QUESTION, counted({ "1": 1, "2": 1 }));
    const first = document.querySelector("[data-bars] > li");
    draw(QUESTION, counted({ "1": 3, "2": 1 }));
    expect(document.querySelector("[data-bars] > li")).toBe(first);
    expect(texts(".mw-bars__number")).toEqual(["3 · 75 %", "1 · 25 %"]);
    expect(texts("[data-heads] th")).toEqual(["Antwort", "Stimmen", "Anteil"]);
    expect(texts("[data-rows] td")).toEqual(["3", "75 %", "1", "25 %"]);
  });

  it("mark what was right in a quiz by a sign and a word", () => {
    draw({ ...QUESTION, type: "quiz", config: { right: [2] } }, counted({ "1": 1, "2": 0 }));
    expect(texts(".mw-bars__right")).toEqual(["", "✓ richtig"]);
  });

  it("stand beside those of the earlier round once both are shown", () => {
    const first = counted({ "1": 2, "2": 2 }, { id: 8, n: 1 });
    const second = counted({ "1": 4, "2": 0 }, { n: 2 });
    draw({ ...QUESTION, rounds: [first, second] }, second);
    expect(texts(".mw-bars__before")).toEqual(["vorher 2 · 50 %", "vorher 2 · 50 %"]);
    expect(texts("[data-before]")).toEqual(["Zum Vergleich: Durchgang 1"]);
    draw({ ...QUESTION, rounds: [{ ...first, counts: null }, second] }, second);
    expect(texts(".mw-bars__before")).toEqual(["", ""]);
  });
});

describe("where there is no room for all", () => {
  const options = [1, 2, 3, 4, 5].map((id) => ({ id, text: `Antwort ${id}`, text_en: "" }));

  function waiting(question: Question, round: Round): string[] {
    draw(question, round);
    const found = leastFirst(document.body, figureOf(question, round, WORDS));
    return found.map(
      (item) => part(item, ".mw-bars__text")?.textContent ?? item.dataset.word ?? "",
    );
  }

  it("those with the fewest votes wait, the last of equals first, and three never", () => {
    const round = counted({ "1": 2, "2": 1, "3": 4, "4": 1, "5": 3 });
    expect(waiting(asked("single", { options }), round)).toEqual(["Antwort 4", "Antwort 2"]);
  });

  it("a right answer never waits", () => {
    const quiz = asked("quiz", { options, config: { right: [2] } });
    const round = counted({ "1": 2, "2": 0, "3": 4, "4": 1, "5": 3 });
    expect(waiting(quiz, round)).toEqual(["Antwort 4", "Antwort 1"]);
  });

  it("the rarest words wait, and no field of a picture", () => {
    expect(waiting(asked("words"), counted({ a: 3, b: 1, c: 2, d: 4 }))).toEqual(["b"]);
    const pins = counted({ "0:0": 1, "9:9": 1, "20:20": 2, "30:30": 1 });
    expect(waiting(asked("pin"), pins)).toEqual([]);
  });

  it("short names stand in two columns, with two long ends at most", () => {
    const config = {
      min: 0,
      max: 10,
      low: "trifft überhaupt nicht zu",
      high: "trifft voll und ganz zu",
    };
    expect(isCrowded(figureOf(asked("scale", { config }), counted({}), WORDS))).toBe(true);
    const long = [1, 2, 3, 4, 5, 6, 7].map((id) => ({
      id,
      text: `${id} ${"lang ".repeat(6)}`,
      text_en: "",
    }));
    expect(isCrowded(figureOf(asked("single", { options: long }), counted({}), WORDS))).toBe(false);
  });
});

describe("counts by hand", () => {
  const PAPER = [
    { kind: "hands" as const, ballots: 1200, counts: { "1": 1000, "2": 200 } },
    { kind: "paper" as const, ballots: 3, counts: null },
  ];

  it("stand apart from the bars and their table", () => {
    draw(QUESTION, counted({ "1": 1, "2": 3 }, { paper: PAPER }));
    expect(texts("[data-papers] > li")).toEqual([
      "Handzeichen: 1.200, nicht in den Balken Wallstraße: 1.000 · Markt: 200",
      "Stimmzettel: 3, nicht in den Balken weniger als fünf",
    ]);
    expect(texts(".mw-bars__number")).toEqual(["1 · 25 %", "3 · 75 %"]);
    draw(QUESTION, counted({ "1": 1, "2": 3 }));
    expect(texts("[data-papers] > li")).toEqual([]);
  });

  it("are said with the result", () => {
    const round = counted({ "1": 1, "2": 3 }, { paper: PAPER.slice(1) });
    expect(asSentence(figureOf(QUESTION, round, WORDS))).toBe(
      "Wallstraße 1, Markt 3. Stimmzettel: 3, nicht in den Balken. weniger als fünf",
    );
  });
});

describe("other pictures", () => {
  it("a cloud keeps a word's element while it grows", () => {
    const cloud = asked("words");
    draw(cloud, counted({ Wald: 1, Bach: 2 }));
    const word = document.querySelector("[data-word='Wald']");
    draw(cloud, counted({ Wald: 6, Bach: 2, Aue: 1 }));
    expect(texts("[data-cloud] > li")).toEqual(["Aue 1", "Bach 2", "Wald 6"]);
    expect(document.querySelector("[data-word='Wald']")).toBe(word);
    expect(word?.getAttribute("data-size")).toBe("6");
    draw(cloud, counted({ Bach: 2 }));
    expect(texts("[data-cloud] > li")).toEqual(["Bach 2"]);
  });

  it("pins are dots in the middle of their cells", () => {
    draw(asked("pin"), counted({ "0:39": 1 }));
    const dot = document.querySelector(".mw-pins__dot");
    expect([dot?.getAttribute("cx"), dot?.getAttribute("cy")]).toEqual(["1.25%", "98.75%"]);
    expect(texts("[data-rows] th")).toEqual(["A10"]);
  });

  it("a scale tells its mean in German", () => {
    const scale = asked("scale", { config: { min: 1, max: 3, low: "nie" } });
    draw(scale, counted({ "1": 1, "2": 0, "3": 2 }));
    expect(texts("[data-fill='note']")).toEqual(["Durchschnitt 2,3, mittlere Antwort 3"]);
    expect(texts(".mw-bars__text")[0]).toBe("1 (nie)");
  });

  it.each([
    ["de", "Durchschnitt 16.250 Euro, mittlere Antwort 10.000 – 19.999 Euro"],
    ["en", "Durchschnitt 16,250 Euro, mittlere Antwort 10,000 – 19,999 Euro"],
  ])("say a mean with the digits that its scale bears (%s)", (lang, note) => {
    document.documentElement.lang = lang;
    const config = { min: 0, max: 75000, step: 10000, unit: "Euro" };
    const counts = { "10000": 3, "20000": 1, sum: 64998 };
    draw(asked("number", { config }), { ...counted(counts), ballots: 4 });
    expect(texts("[data-fill='note']")).toEqual([note]);
  });

  it("is said in one sentence", () => {
    expect(asSentence(figureOf(QUESTION, counted({ "1": 1, "2": 3 }), WORDS))).toBe(
      "Wallstraße 1, Markt 3",
    );
  });

  it("many short rows stand on a line each", () => {
    const config = { min: 0, max: 19, step: 1 };
    expect(isDense(figureOf(asked("number", { config }), counted({ "1": 1 }), WORDS))).toBe(true);
  });
});
