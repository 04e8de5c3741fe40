import { expect, test } from "vitest";
import { suggestion } from "./address";

const DOMAINS = ["gmail.com", "gmx.de", "gmx.net", "web.de", "t-online.de"];

test.each([
  ["kim@gmial.com", "kim@gmail.com"],
  ["Kim@Gmail.con ", "kim@gmail.com"],
  ["kim@gmai.com", "kim@gmail.com"],
  ["kim@ggmail.com", "kim@gmail.com"],
  ["kim@wbe.de", "kim@web.de"],
  ["kim@tonline.de", "kim@t-online.de"],
])("%s", (typed, meant) => {
  expect(suggestion(typed, DOMAINS)).toBe(meant);
});

test.each(["kim@gmail.com", "kim@gmx.net", "kim@soest.de", "kim", "@gmial.com", "", "kim@"])(
  "nothing for %s",
  (typed) => {
    expect(suggestion(typed, DOMAINS)).toBe("");
  },
);
