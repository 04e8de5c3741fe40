"""Tickets before the door's camera: how many a volunteer gets through, and how soon it is green.

`DATABASE_URL=… python -m tests.benchmarks.bench_scanner http://127.0.0.1:8000`, beside a running
demo on the same database. Chromium's fake camera shows two tickets a second; then the network is
cut, and the same phone goes on by its own list: that is the baseline, what reading alone costs.
"""

import os
import statistics
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from tests.e2e.conftest import BROWSER_ARGUMENTS, Server, chromium_here
from tests.e2e.evenings import Evening, ready_door, scan_by_camera
from tests.e2e.test_booking_and_door import PHONE, film_of

TICKETS, FRAMES_EACH, TEN_SECONDS = 20, 15, 10_000
# When the reader has a text (the hash of it is asked for first) and when the answer stands there.
WATCH = """
() => {
  window.reads = [];
  window.greens = [];
  const digest = crypto.subtle.digest.bind(crypto.subtle);
  crypto.subtle.digest = (...of) => { reads.push(performance.now()); return digest(...of); };
  const result = document.querySelector("[data-door-result]");
  const good = ".mw-door__result--good, .mw-door__result--offline";
  new MutationObserver(() => {
    if (result.querySelector(good)) greens.push(performance.now());
  }).observe(result, {childList: true});
}
"""


def measure(server: Server, *, offline: bool) -> None:
    evening = Evening(server, [(f"Kim {number}", 1) for number in range(TICKETS)])
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        film = Path(folder) / "queue.y4m"
        contents = [f"{server.url}/t/{guest['tickets'][0]}/" for guest in evening.guests]
        film_of(contents, film, frames=FRAMES_EACH)
        browser = playwright.chromium.launch(
            executable_path=chromium_here(),
            args=[
                *BROWSER_ARGUMENTS,
                "--use-fake-ui-for-media-stream",
                "--use-fake-device-for-media-stream",
                f"--use-file-for-fake-video-capture={film}",
            ],
        )
        context = browser.new_context(base_url=server.url, locale="de-DE", viewport=PHONE)
        page = ready_door(context, evening)
        context.set_offline(offline)
        page.evaluate(WATCH)
        scan_by_camera(page)
        page.wait_for_timeout(TEN_SECONDS + 2000)
        report("without a network" if offline else "asking the server", page)
        browser.close()


def report(name: str, page: Page) -> None:
    greens: list[float] = page.evaluate("greens")
    reads: list[float] = page.evaluate("reads")
    waits = [green - max(read for read in reads if read <= green) for green in greens]
    most = max(sum(start <= at < start + TEN_SECONDS for at in greens) for start in greens)
    middle, worst = statistics.median(waits), max(waits)
    print(f"{name:18} {most:3} in ten seconds, read to green {middle:.0f} ms, worst {worst:.0f} ms")


def main() -> None:
    server = Server(sys.argv[1].rstrip("/"), dict(os.environ))
    for offline in (True, False):
        measure(server, offline=offline)


if __name__ == "__main__":
    main()
