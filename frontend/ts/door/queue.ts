/** Scans that the server has not acknowledged yet. They outlive a reload and a lost network. */

import type { Reading } from "./content";

export type Kind = "entry" | "undo";

export type Scan = Reading & {
  readonly client_uuid: string;
  readonly kind: Kind;
  readonly occurred_at: string;
  readonly seats?: readonly number[];
};

export type Store = Pick<Storage, "getItem" | "setItem" | "removeItem">;

export class ScanQueue {
  readonly #store: Store;
  readonly #key: string;

  constructor(store: Store, slot: string) {
    this.#store = store;
    this.#key = `mitwirk.door.${slot}`;
  }

  /** Oldest first. */
  waiting(): Scan[] {
    const stored = this.#store.getItem(this.#key);
    if (stored === null) return [];
    try {
      const rows: unknown = JSON.parse(stored);
      return Array.isArray(rows) ? rows.filter(isScan) : [];
    } catch {
      return [];
    }
  }

  add(scan: Scan): void {
    this.#write([...this.waiting(), scan]);
  }

  acknowledge(clientUuid: string): void {
    this.#write(this.waiting().filter((scan) => scan.client_uuid !== clientUuid));
  }

  #write(scans: Scan[]): void {
    if (scans.length === 0) this.#store.removeItem(this.#key);
    else this.#store.setItem(this.#key, JSON.stringify(scans));
  }
}

/** Milliseconds to wait before the next try: 1, 2, 4, 8 seconds, then every 15. */
export function retryDelay(failures: number): number {
  return Math.min(1000 * 2 ** Math.max(0, failures - 1), 15_000);
}

function isScan(row: unknown): row is Scan {
  return (
    typeof row === "object" &&
    row !== null &&
    "client_uuid" in row &&
    typeof row.client_uuid === "string" &&
    "kind" in row &&
    ("secret" in row || "code" in row)
  );
}
