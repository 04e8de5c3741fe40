/** Waits between two attempts, spread so that a full hall does not return in one instant. */

const SHORTEST_MS = 500;
const LONGEST_MS = 20_000;
const FIRST_CAP_MS = 2_000;

/** Full jitter: anywhere from half a second to a cap that doubles with each attempt, 20 s at most. */
export function reconnectDelay(attempt: number, random: () => number = Math.random): number {
  const cap = Math.min(LONGEST_MS, FIRST_CAP_MS * 2 ** Math.min(attempt, 10));
  return Math.round(SHORTEST_MS + random() * (cap - SHORTEST_MS));
}

/** A time around `ms`, a quarter more or less. */
export function around(ms: number, random: () => number = Math.random): number {
  return Math.round(ms * (0.75 + random() * 0.5));
}
