import { describe, expect, it } from "vitest";
import { fill } from "./screen";

describe("fill", () => {
  it("fills the places and drops the parts without a word", () => {
    const template = document.createElement("template");
    template.innerHTML =
      '<p data-needs="who"><b data-fill="who"></b></p><p data-needs="gate" data-fill="gate"></p>';
    const box = document.createElement("div");
    box.append(fill(template, { who: "<i>Kim</i>" }));
    expect(box.innerHTML).toBe(
      '<p data-needs="who"><b data-fill="who">&lt;i&gt;Kim&lt;/i&gt;</b></p>',
    );
  });
});
