"""Every page, light and dark, on a phone and a desk: accessible, whole, and ours alone.

Axe finds nothing; nothing reaches past the screen, not even at 320 px; one h1, a title, the right
language; no error on the console and no request to anyone else; and by Tab alone each control is
reached, with its focus to be seen. `PICTURES=some/folder` keeps a picture of each.
"""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from django.urls import get_resolver
from playwright.sync_api import Browser, BrowserContext, Page

from tests.e2e.conftest import Server
from tests.e2e.pages import (
    CAREFUL,
    COORDINATOR,
    EXCEPTIONS,
    PASSWORD,
    SECOND_FACTOR,
    STAFF,
    STOPS,
    collect_facts,
    log_in,
    page_routes,
)
from tests.e2e.stops import Stop

PICTURES = os.environ.get("PICTURES")
DESK, PHONE, ZOOMED = 1280, 360, 320
HEIGHT = 800
DOOR_TARGET = 44
# Tab also stops at the window itself, at parts that scroll, and five times more in a time to type.
MORE = 80
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
AXE = {
    "light": {
        "resultTypes": ["violations"],
        "runOnly": {"type": "tag", "values": RULES},
        "rules": {"target-size": {"enabled": True}},
    },
    # In the dark only colours are different.
    "dark": {
        "resultTypes": ["violations"],
        "runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]},
    },
}
VIOLATIONS = "async (options) => (await axe.run(document, options)).violations"
# Pages that fill the screen for the back row: nothing stands before their content.
WITHOUT_SKIP_LINK = {"live_embed", "live_wall", "live_joint_wall", "open_day_wall", "counter"}

# Watches the focus: which control has it, and whether anything about it looks different then.
WATCH = """
() => {
  const all = "a[href], button, input, select, textarea, summary, [tabindex='0']";
  const shown = (el) => !el.disabled && el.type !== "hidden"
    && el.checkVisibility({visibilityProperty: true});
  const controls = [...document.querySelectorAll(all)].filter(shown);
  const looks = (el) => [
    [el, null], [el, "::before"], [el, "::after"], [el.parentElement, null],
    [el.nextElementSibling, null], [el.nextElementSibling, "::before"],
    [el.querySelector("*"), null],
  ].map(([of, part]) => {
    if (!of) return "";
    const s = getComputedStyle(of, part);
    return [s.outlineStyle, s.outlineWidth, s.outlineColor, s.boxShadow, s.backgroundColor,
      s.borderColor, s.stroke, s.left].join();
  }).join("|");
  const resting = new Map(controls.map((el) => [el, looks(el)]));
  window.walked = {reached: new Set(), unseen: [], controls};
  document.addEventListener("focusin", ({target}) => {
    walked.reached.add(target);
    if (resting.has(target) && resting.get(target) === looks(target))
      walked.unseen.push(target.outerHTML.slice(0, 160));
  });
  return controls.length;
}
"""
WALKED = """
() => {
  const {reached, controls} = walked;
  const group = (el) => el.type === "radio" && [...reached].some((at) => at.name === el.name);
  const missed = controls.filter((el) => el.isConnected && !reached.has(el) && !group(el));
  return {missed: missed.map((el) => el.outerHTML.slice(0, 160)), unseen: walked.unseen};
}
"""
# At the door, with cold hands: larger than the 24 px that axe asks for everywhere.
SMALL = """
(least) => [...document.querySelectorAll("main :is(button, input, select, textarea, summary, a)")]
  .filter((el) => el.type !== "hidden" && el.checkVisibility({visibilityProperty: true}))
  .filter((el) => !el.closest(".mw-crumbs, .mw-messages"))
  .map((el) => ({el, at: el.closest("label, .kern-form-check, li") || el}))
  .map(({el, at}) => ({el, box: at.getBoundingClientRect()}))
  .filter(({box}) => box.height && Math.min(box.width, box.height) < least - 0.5)
  .map(({el, box}) => `${el.outerHTML.slice(0, 120)} ${box.width}x${box.height}`)
"""
# Empty, as in a hurry, and past the browser's own checks.
EMPTY = """
(form) => {
  form.noValidate = true;
  const typed = "input:not([type=hidden]), select, textarea";
  for (const field of form.querySelectorAll(typed)) field.value = "";
}
"""
# A change of scheme has been drawn, and what glides has arrived.
SETTLED = """
async () => {
  const frame = () => new Promise((done) => requestAnimationFrame(done));
  await frame();
  await frame();
  await Promise.allSettled(document.getAnimations().map((moving) => moving.finished));
}
"""
FRAME = """
() => ({
  h1: document.querySelectorAll("h1").length - document.querySelectorAll("[hidden] h1").length,
  title: document.title, lang: document.documentElement.lang,
})
"""


# Once in each process, even if it comes back here after other journeys.
@pytest.fixture(scope="package")
def facts(server: Server, browser: Browser) -> dict[str, str]:
    return collect_facts(server, browser)


@pytest.fixture(scope="package")
def visitors(
    server: Server, browser: Browser, facts: dict[str, str]
) -> Iterator[Callable[[str], Page]]:
    """One page for each kind of visitor, who stays logged in from stop to stop."""
    contexts: dict[str, BrowserContext] = {}

    def page_of(who: str) -> Page:
        role = who if who in {"staff", "coordinator", "careful", "coded", "halfway"} else "guest"
        if role not in contexts:
            contexts[role] = browser.new_context(
                base_url=server.url, locale="de-DE", reduced_motion="reduce"
            )
            arrive(contexts[role].new_page(), role, server)
        return contexts[role].pages[0]

    page_of("careful")
    yield page_of
    for context in contexts.values():
        context.close()


def arrive(page: Page, role: str, server: Server) -> None:
    if role == "staff":
        log_in(page, STAFF)
    elif role == "coordinator":
        log_in(page, COORDINATOR)
    elif role == "careful":
        log_in(page, CAREFUL)
        server.manage("shell", "--verbosity", "0", "-c", SECOND_FACTOR)
    elif role == "coded":
        page.goto("/konto/login/code/")
        page.locator("[name=email]").fill(STAFF)
        page.locator("[name=email]").press("Enter")
        page.wait_for_url("**/code/confirm/")
    elif role == "halfway":
        page.goto("/konto/login/")
        page.locator("[name=login]").fill(CAREFUL)
        page.locator("[name=password]").fill(PASSWORD)
        page.locator("[name=password]").press("Enter")
        page.wait_for_url("**/2fa/authenticate/")


def test_every_route_is_listed() -> None:
    routes = set(page_routes(get_resolver().url_patterns))
    listed = {stop.route for stop in STOPS} | set(EXCEPTIONS)
    assert routes - listed == set(), "a page that nobody looks at"
    assert listed - routes - {"not_found"} == set(), "a page that is gone"


@pytest.mark.parametrize("stop", STOPS, ids=lambda stop: stop.name)
def test_page(
    stop: Stop, visitors: Callable[[str], Page], facts: dict[str, str], server: Server
) -> None:
    page = visitors(stop.who)
    problems: list[str] = []

    def heard(message: Any) -> None:
        # The browser reports each page that is not a 200 as an error of its own.
        if message.type == "error" and f"status of {stop.status}" not in message.text:
            problems.append(f"console: {message.text}")

    def asked(request: Any) -> None:
        if not request.url.startswith((server.url, "data:", "blob:")):
            problems.append(f"asks someone else: {request.url}")

    page.on("console", heard)
    page.on("request", asked)
    try:
        page.emulate_media(color_scheme="light", reduced_motion="reduce")
        page.set_viewport_size({"width": DESK, "height": HEIGHT})
        open_stop(page, stop, facts)
        problems += frame_problems(page)
        problems += keyboard_problems(page, stop)
        page.evaluate(AXE_SCRIPT)
        for width in (DESK, PHONE):
            for scheme in ("light", "dark"):
                problems += variant_problems(page, stop, width, scheme)
        page.set_viewport_size({"width": ZOOMED, "height": HEIGHT})
        problems += sideways_problems(page)
    finally:
        page.remove_listener("console", heard)
        page.remove_listener("request", asked)
    assert problems == [], "\n".join(problems)


def open_stop(page: Page, stop: Stop, facts: dict[str, str]) -> None:
    response = page.goto(stop.path.format(**facts))
    if stop.send:
        with page.expect_response(lambda answer: answer.request.method == "POST") as answered:
            button = page.locator("main").get_by_role("button", name=stop.send).first
            button.evaluate(f"(button) => ({EMPTY})(button.form)")
            button.click()
        response = answered.value
        page.wait_for_load_state()
    assert response is not None
    assert response.status == stop.status, f"{response.url}: {response.status}"


def frame_problems(page: Page) -> Iterator[str]:
    frame = page.evaluate(FRAME)
    if frame["h1"] != 1:
        yield f"{frame['h1']} h1"
    if frame["lang"] != "de":
        yield f"lang is {frame['lang']}"
    name, _dash, rest = frame["title"].partition(" – ")
    if not name.strip() or "Mitwirk" not in rest:
        yield f"title is {frame['title']!r}"


def keyboard_problems(page: Page, stop: Stop) -> Iterator[str]:
    controls = page.evaluate(WATCH)
    page.evaluate("document.activeElement.blur()")
    if stop.route not in WITHOUT_SKIP_LINK:
        page.locator(".mw-skip").focus()
        page.keyboard.press("Enter")
        if page.evaluate("document.activeElement.id") != "inhalt":
            yield "the skip link does not lead to the content"
    for presses in (controls + 3, MORE):
        for _press in range(presses):
            page.keyboard.press("Tab")
        walked = page.evaluate(WALKED)
        if not walked["missed"]:
            break
    yield from (f"not reached by Tab: {control}" for control in walked["missed"])
    yield from (f"focus not to be seen: {control}" for control in walked["unseen"])


def variant_problems(page: Page, stop: Stop, width: int, scheme: Any) -> Iterator[str]:
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    page.set_viewport_size({"width": width, "height": HEIGHT})
    page.evaluate(SETTLED)
    if PICTURES:
        picture = Path(PICTURES) / f"{stop.name}-{width}-{scheme}.png"
        page.screenshot(path=picture, full_page=True)
    yield from sideways_problems(page)
    if stop.route.startswith("door"):
        small = page.evaluate(SMALL, DOOR_TARGET)
        yield from (f"{width}: small target: {control}" for control in small)
    for violation in page.evaluate(VIOLATIONS, AXE[scheme]):
        for node in violation["nodes"]:
            what = node["failureSummary"].splitlines()[-1].strip()
            yield f"{width} {scheme}: {violation['id']}: {node['html'][:160]} {what}"


def sideways_problems(page: Page) -> Iterator[str]:
    needed, width = page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
    if needed > width:
        yield f"{width}: {needed} px wide"
