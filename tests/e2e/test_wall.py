"""What hangs on the wall is read from the last row, on a projector of any usual size.

Whatever the question and however many answers: nothing is too small, runs off the wall or lies on
anything else; the way to join is always there; what has no room waits and is counted.
"""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.conftest import Server
from tests.e2e.test_every_page import SETTLED
from tests.e2e.walls import ASKED, BETWEEN, CLOSE, HALLS, JOINT, MAKE

pytestmark = pytest.mark.e2e

# Of a projector, and the smallest letters on it.
SIZES = {(1280, 720): 28, (1366, 768): 28, (1920, 1080): 32}
# A network that goes, a clock that runs, somebody who is waited for and hands that clap, at once.
HURRY = """
() => {
  const at = (selector) => document.querySelector(selector);
  at("[data-link]").hidden = false;
  at("[data-link]").dataset.link = "offline";
  at("[data-fill=asof]").textContent = "20:15:33";
  at("[data-hold]").hidden = false;
  at("[data-clock]").hidden = false;
  at("[data-fill=clock]").textContent = "12:34";
  for (const sign of document.querySelectorAll("[data-reactions] > span")) sign.hidden = false;
  dispatchEvent(new Event("resize"));
}
"""
# Every line that can be seen, where it really stands: cut where a box cuts it.
LINES = """
const wall = document.querySelector(".mw-wall");
const shown = (el) => el.checkVisibility({visibilityProperty: true});
const cut = (box, el) => {
  for (let at = el; at !== wall; at = at.parentElement) {
    if (getComputedStyle(at).overflow === "visible") continue;
    const edge = at.getBoundingClientRect();
    box = {
      left: Math.max(box.left, edge.left), right: Math.min(box.right, edge.right),
      top: Math.max(box.top, edge.top), bottom: Math.min(box.bottom, edge.bottom),
    };
  }
  return box;
};
const boxOf = (el) => {
  const range = document.createRange();
  const own = [...el.childNodes].filter((node) => node.nodeType === 3 && node.data.trim());
  range.setStartBefore(own[0]);
  range.setEndAfter(own.at(-1));
  return cut(range.getBoundingClientRect(), el);
};
const lines = [...wall.querySelectorAll("*")].filter((el) => shown(el)
  && !el.closest(".kern-sr-only, script, noscript")
  && [...el.childNodes].some((node) => node.nodeType === 3 && node.data.trim()));
"""
PROBLEMS = (
    "(least) => {"
    + LINES
    + """
  const problems = [];
  const page = document.documentElement;
  if (page.scrollHeight > innerHeight) problems.push(`${page.scrollHeight} px high`);
  if (page.scrollWidth > innerWidth) problems.push(`${page.scrollWidth} px wide`);
  const join = wall.querySelector(".mw-wall__join");
  const edge = join?.getBoundingClientRect();
  for (const el of lines) {
    const name = `${el.className} "${el.textContent.trim().slice(0, 30)}"`;
    const size = Number.parseFloat(getComputedStyle(el).fontSize);
    if (size < least) problems.push(`${size} px: ${name}`);
    const box = boxOf(el);
    if (box.left < 0 || box.right > innerWidth || box.top < 0 || box.bottom > innerHeight)
      problems.push(`off the wall: ${name}`);
    if (edge && !join.contains(el) && box.right > edge.left + 1 && box.bottom > edge.top)
      problems.push(`below the code: ${name}`);
  }
  if (join) {
    const code = boxOf(join.querySelector(".mw-wall__code"));
    const qr = join.querySelector("img").getBoundingClientRect();
    if (code.bottom > innerHeight || qr.bottom > innerHeight) problems.push("no way to join");
    if (qr.width < innerHeight / 4) problems.push(`QR code of ${qr.width} px`);
  }
  for (const row of document.querySelectorAll("[data-bars] > li")) {
    if (!shown(row)) continue;
    const at = row.getBoundingClientRect();
    const parts = [...row.querySelectorAll(".mw-bars__text, .mw-bars__right, .mw-bars__number")]
      .filter((el) => shown(el) && el.textContent.trim());
    parts.forEach((el, place) => {
      const box = boxOf(el);
      if (box.top < at.top - 4 || box.bottom > at.bottom + 4)
        problems.push(`out of its row: ${el.textContent}`);
      for (const other of parts.slice(place + 1).map(boxOf)) {
        if (box.left < other.right && other.left < box.right
            && box.top < other.bottom - 4 && other.top < box.bottom - 4)
          problems.push(`on each other: ${row.textContent.trim().slice(0, 60)}`);
      }
    });
  }
  for (const card of document.querySelectorAll(".mw-cards__card")) {
    if (shown(card) && card.getBoundingClientRect().bottom
        > card.parentElement.getBoundingClientRect().bottom + 1)
      problems.push(`cut: ${card.textContent.slice(0, 30)}`);
  }
  return problems;
}
"""
)
WAITING = """
() => {
  const screen = document.querySelector("[data-screen]:not([hidden])");
  const all = [...screen.querySelectorAll(
    "[data-bars] > li, [data-cloud] > li, [data-own-progress] > li, tr[data-votes]")];
  const line = screen.querySelector("[data-more]");
  return {
    waiting: all.filter((row) => row.hidden).length,
    told: line && !line.hidden ? Number(/\\d+/.exec(line.textContent)[0]) : 0,
    shown: all.filter((row) => !row.hidden).length,
    important: all.filter((row) => row.hidden && row.matches("[data-lead], [data-right]")).length,
  };
}
"""
# Contrast of the colours as they are drawn.
CONTRAST = """
() => {
  const pen = document.createElement("canvas").getContext("2d", {willReadFrequently: true});
  const light = (colour) => {
    pen.fillStyle = colour;
    pen.fillRect(0, 0, 1, 1);
    const [r, g, b] = [...pen.getImageData(0, 0, 1, 1).data].slice(0, 3)
      .map((n) => n / 255).map((n) => n <= 0.04045 ? n / 12.92 : ((n + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const of = (one, other) => (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
  const row = document.querySelector("[data-bars] > li[data-lead]");
  const text = light(getComputedStyle(row.querySelector(".mw-bars__text")).color);
  const fill = light(getComputedStyle(row.querySelector(".mw-bars__fill")).fill);
  const track = light(getComputedStyle(row.querySelector(".mw-bars__track")).fill);
  return {name: of(text, fill), number: of(text, track), bar: of(fill, track)};
}
"""
MAP = """
() => {
  const box = (el) => el.getBoundingClientRect();
  const picture = box(document.querySelector("[data-ground]"));
  const fields = [...document.querySelectorAll(".mw-pins__fields b")].map(box);
  const dots = box(document.querySelector("[data-dots]"));
  return {
    covered: fields.filter((at) => at.bottom > picture.top + 1 && at.left < picture.right - 1),
    apart: [Math.abs(dots.left - picture.left), Math.abs(dots.bottom - picture.bottom),
      Math.abs(dots.width - picture.width)],
  };
}
"""
# Where everything stands; which answers these are may change, when the fewest votes are known.
PLACES = """
() => [...document.querySelectorAll(
  "[data-screen=question] :is(h1, .mw-wall__status, [data-bars] > li), .mw-wall__qr, .mw-wall__code"
)].filter((el) => el.checkVisibility()).map((el) => el.getBoundingClientRect())
  .map(({left, top, width, height}) => [left, top, width, height].map(Math.round).join(" "))
"""


@pytest.fixture(scope="module")
def codes(server: Server) -> dict[str, str]:
    made = server.manage("shell", "--verbosity", "0", "-c", MAKE)
    found: dict[str, str] = json.loads(made.splitlines()[-1])
    return found


@pytest.fixture(scope="module")
def wall(browser: Browser, server: Server) -> Iterator[Page]:
    context = browser.new_context(
        base_url=server.url, locale="de-DE", reduced_motion="reduce", color_scheme="light"
    )
    yield context.new_page()
    context.close()


def hang(wall: Page, codes: dict[str, str], name: str) -> None:
    wall.set_viewport_size({"width": 1280, "height": 720})
    kind = "gemeinsam/" if name in JOINT else ""
    wall.goto(f"/live/{kind}{codes[name]}/wand/", wait_until="load")
    wall.evaluate("document.fonts.ready")
    if name not in JOINT and name != "before":
        expect(wall.locator("[data-link=online]")).to_be_visible()


def problems_at_every_size(wall: Page) -> Iterator[Any]:
    for (width, height), least in SIZES.items():
        wall.set_viewport_size({"width": width, "height": height})
        wall.evaluate(SETTLED)
        for problem in wall.evaluate(PROBLEMS, least):
            yield f"{width}: {problem}"


@pytest.mark.parametrize("name", [*HALLS, *ASKED, *BETWEEN, *JOINT])
def test_legible_from_the_last_row(wall: Page, codes: dict[str, str], name: str) -> None:
    hang(wall, codes, name)
    problems = list(problems_at_every_size(wall))
    assert problems == [], "\n".join(problems)
    found = wall.evaluate(WAITING)
    assert (found["told"], found["important"]) == (found["waiting"], 0) or name in BETWEEN
    assert found["shown"] >= min(3, found["shown"] + found["waiting"])


@pytest.mark.parametrize("name", ["single_eleven", "single_longest", "said_cards"])
def test_legible_when_everything_comes_together(
    wall: Page, codes: dict[str, str], name: str
) -> None:
    hang(wall, codes, name)
    wall.evaluate(HURRY)
    problems = list(problems_at_every_size(wall))
    assert problems == [], "\n".join(problems)


def test_nothing_moves_beside_the_question(wall: Page, codes: dict[str, str]) -> None:
    hang(wall, codes, "single")
    before = wall.evaluate(PLACES)
    wall.evaluate(HURRY)
    wall.locator("[data-fill=presence]").evaluate("(el) => el.textContent = '1.234 Personen dabei'")
    assert wall.evaluate(PLACES) == before


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_names_are_read_on_their_bars(wall: Page, codes: dict[str, str], scheme: Any) -> None:
    wall.emulate_media(color_scheme=scheme)
    hang(wall, codes, "single_longest")
    found = wall.evaluate(CONTRAST)
    wall.emulate_media(color_scheme="light")
    assert found["name"] >= 4.5
    assert found["number"] >= 7
    assert found["bar"] >= 3


@pytest.mark.parametrize("name", ["pin_map", "pin_image"])
def test_fields_are_named_beside_the_picture(wall: Page, codes: dict[str, str], name: str) -> None:
    hang(wall, codes, name)
    for width, height in (*SIZES, (360, 740)):
        wall.set_viewport_size({"width": width, "height": height})
        wall.evaluate(SETTLED)
        found = wall.evaluate(MAP)
        assert found["covered"] == []
        assert max(found["apart"]) < 2


def test_nothing_jumps_when_the_result_comes(
    browser: Browser, server: Server, codes: dict[str, str]
) -> None:
    names = ("single_asked", "single_longest_asked", "scale_asked", "number_asked")
    with browser.new_context(base_url=server.url, locale="de-DE") as context:
        walls = {name: context.new_page() for name in names}
        for name, page in walls.items():
            hang(page, codes, name)
        before = {name: page.evaluate(PLACES) for name, page in walls.items()}
        close = CLOSE.format(codes=[codes[name] for name in names])
        server.manage("shell", "--verbosity", "0", "-c", close)
        for name, page in walls.items():
            expect(page.locator("[data-when=result]")).to_be_visible()
            expect(page.locator("[data-fill=turnout]")).to_have_text("12 Stimmen")
            assert page.evaluate(PLACES) == before[name], name
