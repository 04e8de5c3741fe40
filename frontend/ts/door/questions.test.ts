import { describe, expect, it } from "vitest";
import type { DoorQuestion } from "./list";
import { answersOf } from "./questions";

describe("answers at the door", () => {
  const question = (id: number, kind: DoorQuestion["kind"], more = {}): DoorQuestion => ({
    id,
    kind,
    text: "?",
    help_text: "",
    options: [],
    is_required: false,
    depends_on: null,
    depends_value: "",
    ...more,
  });

  it("have the API's types, and none for what is empty", () => {
    const typed: Record<number, string[]> = {
      1: [" Vegan "],
      2: ["12"],
      3: ["yes"],
      4: ["a", "b"],
      5: [""],
      6: ["2016-05-01"],
    };
    const kinds = ["text", "number", "yes_no", "several", "text", "date"] as const;
    const questions = kinds.map((kind, index) => question(index + 1, kind));
    expect(answersOf(questions, ({ id }) => typed[id] ?? [])).toEqual({
      1: "Vegan",
      2: 12,
      3: true,
      4: ["a", "b"],
      6: "2016-05-01",
    });
  });

  it("leave out what was not asked", () => {
    const questions = [
      question(1, "choice"),
      question(2, "text", { depends_on: 1, depends_value: "Bus" }),
    ];
    const given = (vehicle: string) =>
      answersOf(questions, ({ id }) => [id === 1 ? vehicle : "Linie 5"]);
    expect(given("Bus")).toEqual({ 1: "Bus", 2: "Linie 5" });
    expect(given("Rad")).toEqual({ 1: "Rad" });
  });
});
