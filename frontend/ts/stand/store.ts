/** Taps that the server has not acknowledged yet. They outlive a reload and a lost network. */

import { type DBSchema, type IDBPDatabase, openDB } from "idb";

/** Never changed once it is stored: the server knows it by its uuid. */
export interface Tap {
  readonly client_uuid: string;
  readonly stand: string;
  readonly amount: number;
  /** By this device's clock. */
  readonly tapped_at: string;
}

export interface TapStore {
  /** Oldest first. */
  waiting(stand: string): Promise<Tap[]>;
  add(tap: Tap): Promise<void>;
  settle(uuids: readonly string[]): Promise<void>;
}

interface Schema extends DBSchema {
  taps: { key: string; value: Tap };
}

/** In IndexedDB; in memory where the browser keeps nothing. */
export async function openTaps(): Promise<TapStore> {
  try {
    const database = await openDB<Schema>("mitwirk-stand", 1, {
      upgrade(created) {
        created.createObjectStore("taps", { keyPath: "client_uuid" });
      },
    });
    return new IndexedTaps(database);
  } catch {
    return new MemoryTaps();
  }
}

class IndexedTaps implements TapStore {
  readonly #database: IDBPDatabase<Schema>;
  /** What the browser had no room for: it lives as long as the page. */
  readonly #rest = new MemoryTaps();

  constructor(database: IDBPDatabase<Schema>) {
    this.#database = database;
  }

  async waiting(stand: string): Promise<Tap[]> {
    const kept = await this.#database.getAll("taps");
    return ofStand([...kept, ...(await this.#rest.waiting(stand))], stand);
  }

  async add(tap: Tap): Promise<void> {
    try {
      await this.#database.put("taps", tap);
    } catch {
      await this.#rest.add(tap);
    }
  }

  async settle(uuids: readonly string[]): Promise<void> {
    const transaction = this.#database.transaction("taps", "readwrite");
    await Promise.all([...uuids.map((uuid) => transaction.store.delete(uuid)), transaction.done]);
    await this.#rest.settle(uuids);
  }
}

export class MemoryTaps implements TapStore {
  #taps: Tap[] = [];

  async waiting(stand: string): Promise<Tap[]> {
    return ofStand(this.#taps, stand);
  }

  async add(tap: Tap): Promise<void> {
    this.#taps = [...this.#taps, tap];
  }

  async settle(uuids: readonly string[]): Promise<void> {
    this.#taps = this.#taps.filter((tap) => !uuids.includes(tap.client_uuid));
  }
}

function ofStand(taps: readonly Tap[], stand: string): Tap[] {
  return taps
    .filter((tap) => tap.stand === stand)
    .sort((one, other) => one.tapped_at.localeCompare(other.tapped_at));
}
