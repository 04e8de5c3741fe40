import { describe, expect, it } from "vitest";
import { told } from "./ballot_form";
import { QUESTION } from "./evening";
import type { Question, Value } from "./protocol";
import { said } from "./said";
import { type Entries, entriesOf, pointsLeft, readValue } from "./values";
import { languagesOf, wordingIn } from "./wordings";

function asked(type: string, config: Question["config"] = {}): Question {
  return { ...QUESTION, type, config };
}

const SCALE = { min: 1, max: 5 };
const NUMBER = { min: -10, max: 10, step: 1, unit: "Grad" };
const POINTS = { total: 10, max: 6 };
const KNOWN: readonly (readonly [Question, Value])[] = [
  [asked("single"), { options: [2] }],
  [asked("multiple", { min: 1, max: 2 }), { options: [1, 2] }],
  [asked("quiz", { many: true }), { options: [1, 2] }],
  [asked("image", { min: 1, max: 1 }), { options: [1] }],
  [asked("scale", SCALE), { number: 4 }],
  [asked("number", NUMBER), { number: -3 }],
  [asked("rating", SCALE), { ratings: { "2": 5 } }],
  [asked("ranking", { places: 2 }), { ranking: [2, 1] }],
  [asked("points", POINTS), { points: { "1": 6, "2": 4 } }],
  [asked("words", { max: 3 }), { words: ["Bäume", "Bänke"] }],
  [asked("text", { length: 40 }), { text: "Mehr Schatten am Markt" }],
  [asked("pin", { on: "image" }), { pin: [425, 999] }],
];

describe("a ballot's form", () => {
  it.each(KNOWN)("says again what was said: $type", (question, value) => {
    expect(readValue(question, entriesOf(value))).toEqual(value);
  });

  it.each<[Question, Entries]>([
    [asked("single"), []],
    [asked("single"), [["options", "99"]]],
    [asked("multiple", { min: 2, max: 2 }), [["options", "1"]]],
    [asked("scale", SCALE), [["number", "6"]]],
    [asked("number", NUMBER), [["number", "viel"]]],
    [asked("number", NUMBER), [["number", "1.5"]]],
    [asked("rating", SCALE), [["rating_1", ""]]],
    [asked("ranking", { places: 2 }), [["place_1", "1"], ["place_2", "1"]]], // biome-ignore format: pairs
    [asked("points", POINTS), [["points_1", "7"]]],
    [asked("points", POINTS), [["points_1", "6"], ["points_2", "5"]]], // biome-ignore format: pairs
    [asked("points", POINTS), [["points_1", "0"]]],
    [asked("words", { max: 1 }), [["words", "eins"], ["words", "zwei"]]], // biome-ignore format: pairs
    [asked("words", { max: 1 }), [["words", "!!!"]]],
    [asked("text", { length: 20 }), [["text", "x".repeat(21)]]],
    [asked("text", { length: 20 }), [["text", "  \n "]]],
    [asked("pin"), [["pin_x", "101"], ["pin_y", "1"]]], // biome-ignore format: pairs
    [asked("pin"), [["pin_x", ""], ["pin_y", ""]]], // biome-ignore format: pairs
  ])("has no value while it is not right", (question, entries) => {
    expect(readValue(question, entries)).toBeNull();
  });

  it("takes numbers as people type them", () => {
    const typed: Entries = [
      ["pin_x", "42,5"],
      ["pin_y", " 100 "],
    ];
    expect(readValue(asked("pin"), typed)).toEqual({ pin: [425, 999] });
  });

  it("knows what is left to give away", () => {
    expect(pointsLeft(asked("points", POINTS), [["points_1", "7"]])).toBe(3);
  });
});

describe("what was said", () => {
  it.each<[Question, Value, string]>([
    [asked("multiple"), { options: [2, 1] }, "Wallstraße, Markt"],
    [asked("number", NUMBER), { number: -3 }, "-3 Grad"],
    [asked("number"), { number: 12500 }, "12.500"],
    [asked("rating", SCALE), { ratings: { "2": 5 } }, "Markt: 5"],
    [asked("ranking"), { ranking: [2, 1] }, "1. Markt, 2. Wallstraße"],
    [asked("words"), { words: ["Bäume", "Bänke"] }, "Bäume, Bänke"],
    [asked("pin"), { pin: [425, 999] }, "43 links, 100 oben"],
  ])("stands in words", (question, value, sentence) => {
    expect(said(question, value, { pinSaid: "{x} links, {y} oben" }, "de")).toBe(sentence);
  });

  it("is hinted at with the question's own numbers", () => {
    const words = { hint_points: "Bis {total} {unit}, {most} je Antwort", pointsUnit: "Punkte" };
    expect(told(asked("points", POINTS), words, "hint")).toBe("Bis 10 Punkte, 6 je Antwort");
    expect(told(asked("quiz", { many: false }), { hint_choice: "Eine" }, "hint")).toBe("Eine");
    const free = { hint_points_free: "Bis {total} {unit}" };
    const budget = asked("points", { total: 10_000, max: 10_000, unit: "Euro" });
    expect(told(budget, free, "hint")).toBe("Bis 10.000 Euro");
    document.documentElement.lang = "en";
    expect(told(budget, free, "hint")).toBe("Bis 10,000 Euro");
    document.documentElement.lang = "";
  });
});

describe("a wording", () => {
  const bikes = { ...QUESTION, text_en: "Where?", texts: { ar: "أين؟", leicht: "Wo?" } };

  it("is the one in the reader's language, and German where there is none", () => {
    expect(wordingIn(bikes, "ar")).toEqual({ text: "أين؟", lang: "ar", dir: "rtl" });
    expect(wordingIn(bikes, "leicht")).toEqual({ text: "Wo?", lang: "de", dir: "ltr" });
    expect(wordingIn(bikes, "en").text).toBe("Where?");
    expect(wordingIn(bikes, "tr")).toEqual({ text: bikes.text, lang: "de", dir: "ltr" });
  });

  it("is offered where there is more than one", () => {
    expect(languagesOf(bikes).map(([code]) => code)).toEqual(["de", "en", "leicht", "ar"]);
    expect(languagesOf(QUESTION)).toEqual([]);
  });
});
