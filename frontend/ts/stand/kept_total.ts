/** The number that the server told this device last: for a page opened without a network. */

const KEPT = "mitwirk.stand.total.";

export function keptTotal(stand: string): number | null {
  const kept = localStorage.getItem(KEPT + stand);
  return kept === null ? null : Number(kept);
}

export function keepTotal(stand: string, total: number): void {
  localStorage.setItem(KEPT + stand, String(total));
}
