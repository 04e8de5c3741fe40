/** What must fit on a wall, where nobody scrolls. */

const SMALLEST_FIT = 5;

/**
 * Make a result smaller until it fits on the screen: when its rows change, and not with every
 * number, so that nothing jumps.
 */
export function shrinkToFit(screen: HTMLElement): void {
  const wall = screen.closest(".mw-wall");
  const margin = wall ? Number.parseFloat(getComputedStyle(wall).paddingBottom) : 0;
  for (let step = 0; step <= SMALLEST_FIT; step += 1) {
    screen.dataset.fit = String(step);
    if (screen.getBoundingClientRect().bottom <= window.innerHeight - margin) {
      return;
    }
  }
}
