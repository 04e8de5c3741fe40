/**
 * What the door keeps on the device: lists, the queue and its conflicts, in IndexedDB.
 *
 * The stores hold everything by the slot, and each row its own `wipeAt`. A new version of this page
 * adds stores beside these; it never drops the queue.
 */

import { type DBSchema, type IDBPDatabase, openDB } from "idb";
import type { DoorList } from "./list";
import type { Conflict, Waiting } from "./queue";
import { noteTown } from "./towns";

export interface Store {
  /** False: gone when the page closes. */
  readonly isLasting: boolean;
  queue(slot: string): Promise<Waiting[]>;
  /** The slots that something waits for. */
  waitingSlots(): Promise<string[]>;
  /** At its end; what waits already under this uuid keeps its place. */
  enqueue(waiting: Omit<Waiting, "order">): Promise<void>;
  list(slot: string): Promise<DoorList | null>;
  lists(): Promise<DoorList[]>;
  saveList(list: DoorList): Promise<void>;
  conflicts(slot: string): Promise<Conflict[]>;
  /** Off the queue; with a conflict, onto that list, both or neither. */
  settle(uuid: string, conflict?: Conflict): Promise<void>;
  dismiss(uuid: string): Promise<void>;
  /** Everything of one slot. */
  wipe(slot: string): Promise<void>;
  /** Everything whose time has come. */
  wipeOld(now: Date): Promise<void>;
  /** All lists and conflicts; what waits for the server stays. */
  forget(): Promise<void>;
}

interface Schema extends DBSchema {
  queue: { key: string; value: Waiting };
  lists: { key: string; value: DoorList };
  conflicts: { key: string; value: Conflict };
}

const STORES = ["queue", "lists", "conflicts"] as const;

/** The town's store; in memory where the browser keeps nothing. */
export async function openStore(town: string): Promise<Store> {
  try {
    const database = await openDB<Schema>(`mitwirk-einlass-${town}`, 1, {
      upgrade(created) {
        created.createObjectStore("queue", { keyPath: "uuid" });
        created.createObjectStore("lists", { keyPath: "slot" });
        created.createObjectStore("conflicts", { keyPath: "uuid" });
      },
      blocking(_current, _wanted, event) {
        (event.target as IDBDatabase).close();
      },
    });
    noteTown(town);
    return new IndexedStore(database);
  } catch {
    return new MemoryStore();
  }
}

class IndexedStore implements Store {
  readonly #database: IDBPDatabase<Schema>;
  /** What the browser had no room for: it lives as long as the page. */
  readonly #rest = new MemoryStore();
  #isFull = false;

  constructor(database: IDBPDatabase<Schema>) {
    this.#database = database;
  }

  get isLasting(): boolean {
    return !this.#isFull;
  }

  async queue(slot: string): Promise<Waiting[]> {
    const kept = oldestFirst(ofSlot(await this.#database.getAll("queue"), slot));
    return [...kept, ...(await this.#rest.queue(slot))];
  }

  async waitingSlots(): Promise<string[]> {
    return slotsOf([...(await this.#database.getAll("queue")), ...(await this.#rest.all())]);
  }

  async enqueue(waiting: Omit<Waiting, "order">): Promise<void> {
    try {
      const transaction = this.#database.transaction("queue", "readwrite");
      const rows = await transaction.store.getAll();
      await Promise.all([
        transaction.store.put({ ...waiting, order: place(rows, waiting.uuid) }),
        transaction.done,
      ]);
    } catch {
      this.#isFull = true;
      await this.#rest.enqueue(waiting);
    }
  }

  async list(slot: string): Promise<DoorList | null> {
    return (await this.#database.get("lists", slot)) ?? (await this.#rest.list(slot));
  }

  lists(): Promise<DoorList[]> {
    return this.#database.getAll("lists");
  }

  async saveList(list: DoorList): Promise<void> {
    try {
      await this.#database.put("lists", list);
    } catch {
      this.#isFull = true;
      await this.#rest.saveList(list);
    }
  }

  async conflicts(slot: string): Promise<Conflict[]> {
    return ofSlot(await this.#database.getAll("conflicts"), slot);
  }

  async settle(uuid: string, conflict?: Conflict): Promise<void> {
    const transaction = this.#database.transaction(["queue", "conflicts"], "readwrite");
    await transaction.objectStore("queue").delete(uuid);
    if (conflict !== undefined) await transaction.objectStore("conflicts").put(conflict);
    await transaction.done;
    await this.#rest.settle(uuid);
  }

  async dismiss(uuid: string): Promise<void> {
    await this.#database.delete("conflicts", uuid);
  }

  async wipe(slot: string): Promise<void> {
    await this.#deleteWhere((row) => row.slot === slot);
    await this.#rest.wipe(slot);
    this.#isFull = false;
  }

  async wipeOld(now: Date): Promise<void> {
    await this.#deleteWhere((row) => new Date(row.wipeAt) <= now);
    await this.#rest.wipeOld(now);
  }

  async forget(): Promise<void> {
    const transaction = this.#database.transaction(["lists", "conflicts"], "readwrite");
    await transaction.objectStore("lists").clear();
    await transaction.objectStore("conflicts").clear();
    await transaction.done;
    await this.#rest.forget();
  }

  async #deleteWhere(
    is: (row: { readonly slot: string; readonly wipeAt: string }) => boolean,
  ): Promise<void> {
    const transaction = this.#database.transaction(STORES, "readwrite");
    for (const name of STORES) {
      let cursor = await transaction.objectStore(name).openCursor();
      while (cursor) {
        if (is(cursor.value)) await cursor.delete();
        cursor = await cursor.continue();
      }
    }
    await transaction.done;
  }
}

export class MemoryStore implements Store {
  readonly isLasting = false;
  #queue: Waiting[] = [];
  #lists: DoorList[] = [];
  #conflicts: Conflict[] = [];

  async all(): Promise<readonly Waiting[]> {
    return this.#queue;
  }

  async queue(slot: string): Promise<Waiting[]> {
    return oldestFirst(ofSlot(this.#queue, slot));
  }

  async waitingSlots(): Promise<string[]> {
    return slotsOf(this.#queue);
  }

  async enqueue(waiting: Omit<Waiting, "order">): Promise<void> {
    const others = this.#queue.filter((row) => row.uuid !== waiting.uuid);
    this.#queue = [...others, { ...waiting, order: place(this.#queue, waiting.uuid) }];
  }

  async list(slot: string): Promise<DoorList | null> {
    return this.#lists.find((row) => row.slot === slot) ?? null;
  }

  async lists(): Promise<DoorList[]> {
    return this.#lists;
  }

  async saveList(list: DoorList): Promise<void> {
    this.#lists = [...this.#lists.filter((row) => row.slot !== list.slot), list];
  }

  async conflicts(slot: string): Promise<Conflict[]> {
    return ofSlot(this.#conflicts, slot);
  }

  async settle(uuid: string, conflict?: Conflict): Promise<void> {
    this.#queue = this.#queue.filter((row) => row.uuid !== uuid);
    if (conflict !== undefined) this.#conflicts = [...this.#conflicts, conflict];
  }

  async dismiss(uuid: string): Promise<void> {
    this.#conflicts = this.#conflicts.filter((row) => row.uuid !== uuid);
  }

  async wipe(slot: string): Promise<void> {
    this.#keep((row) => row.slot !== slot);
  }

  async wipeOld(now: Date): Promise<void> {
    this.#keep((row) => new Date(row.wipeAt) > now);
  }

  async forget(): Promise<void> {
    this.#lists = [];
    this.#conflicts = [];
  }

  #keep(is: (row: { readonly slot: string; readonly wipeAt: string }) => boolean): void {
    this.#queue = this.#queue.filter(is);
    this.#lists = this.#lists.filter(is);
    this.#conflicts = this.#conflicts.filter(is);
  }
}

function ofSlot<Row extends { readonly slot: string }>(rows: readonly Row[], slot: string): Row[] {
  return rows.filter((row) => row.slot === slot);
}

function slotsOf(rows: readonly Waiting[]): string[] {
  return [...new Set(rows.map((row) => row.slot))];
}

function oldestFirst(rows: Waiting[]): Waiting[] {
  return rows.sort((one, other) => one.order - other.order);
}

function place(rows: readonly Waiting[], uuid: string): number {
  const last = rows.reduce((most, row) => Math.max(most, row.order), 0);
  return rows.find((row) => row.uuid === uuid)?.order ?? last + 1;
}
