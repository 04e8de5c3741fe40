import { beforeEach, describe, expect, it } from "vitest";
import { identity, parseContent } from "./content";
import { retryDelay, type Scan, ScanQueue, type Store } from "./queue";
import { Recent } from "./recent";
import { fill } from "./screen";

describe("parseContent", () => {
  it("finds the secret in a ticket's address", () => {
    expect(parseContent("https://mitwirk.example.org/t/aB3_-x9/")).toEqual({ secret: "aB3_-x9" });
    expect(parseContent(" http://127.0.0.1:8000/t/aB3_-x9 ")).toEqual({ secret: "aB3_-x9" });
  });

  it("finds the code in a booking's address", () => {
    expect(parseContent("https://mitwirk.example.org/buchung/ac4k7m/geheim/")).toEqual({
      code: "AC4K7M",
    });
  });

  it("takes a typed code in any spelling", () => {
    expect(parseContent("ac4-k7m")).toEqual({ code: "AC4K7M" });
    expect(parseContent("AC4 K7M")).toEqual({ code: "AC4K7M" });
  });

  it("passes on what it does not know, within the API's length", () => {
    expect(parseContent("VDV-KA 0815")).toEqual({ secret: "VDV-KA 0815" });
    expect(parseContent("https://bahn.example/ticket/1")).toEqual({
      secret: "https://bahn.example/ticket/1",
    });
    expect(parseContent("https://")).toEqual({ secret: "https://" });
    expect(parseContent("x".repeat(5000))).toEqual({ secret: "x".repeat(128) });
  });

  it("ignores nothing at all", () => {
    expect(parseContent("  ")).toBeNull();
  });

  it("knows that two spellings are one code", () => {
    const [first, second] = [parseContent("ac4k7m"), parseContent("AC4-K7M")];
    expect(first && identity(first)).toBe(second && identity(second));
  });
});

describe("Recent", () => {
  it("takes a code once while the camera keeps seeing it", () => {
    const recent = new Recent(3000);
    expect([0, 1000, 3500, 6400].map((now) => recent.isNew("a", now))).toEqual([
      true,
      false,
      false,
      false,
    ]);
  });

  it("takes it again after a pause, and others at once", () => {
    const recent = new Recent(3000);
    expect(recent.isNew("a", 0)).toBe(true);
    expect(recent.isNew("b", 10)).toBe(true);
    expect(recent.isNew("a", 3000)).toBe(true);
  });
});

describe("ScanQueue", () => {
  let store: Store;
  const scan = (uuid: string): Scan => ({
    secret: "s",
    client_uuid: uuid,
    kind: "entry",
    occurred_at: "2026-11-28T14:00:00.000Z",
  });

  beforeEach(() => {
    const rows = new Map<string, string>();
    store = {
      getItem: (key) => rows.get(key) ?? null,
      setItem: (key, value) => void rows.set(key, value),
      removeItem: (key) => void rows.delete(key),
    };
  });

  it("keeps scans in order, over a reload, until they are acknowledged", () => {
    const queue = new ScanQueue(store, "7");
    queue.add(scan("1"));
    queue.add(scan("2"));
    expect(new ScanQueue(store, "7").waiting()).toEqual([scan("1"), scan("2")]);
    queue.acknowledge("1");
    expect(queue.waiting()).toEqual([scan("2")]);
    queue.acknowledge("2");
    expect(store.getItem("mitwirk.door.7")).toBeNull();
  });

  it("keeps the slots apart", () => {
    new ScanQueue(store, "7").add(scan("1"));
    expect(new ScanQueue(store, "8").waiting()).toEqual([]);
  });

  it("reads nothing from what is not its own", () => {
    store.setItem("mitwirk.door.7", "{broken");
    expect(new ScanQueue(store, "7").waiting()).toEqual([]);
    store.setItem("mitwirk.door.7", '[{"client_uuid": 3}, null]');
    expect(new ScanQueue(store, "7").waiting()).toEqual([]);
  });

  it("waits longer after each failure, at most a quarter of a minute", () => {
    expect([1, 2, 3, 4, 5, 20].map(retryDelay)).toEqual([1000, 2000, 4000, 8000, 15000, 15000]);
  });
});

describe("fill", () => {
  it("fills the places and drops the parts without a word", () => {
    const template = document.createElement("template");
    template.innerHTML =
      '<p data-needs="who"><b data-fill="who"></b></p><p data-needs="gate" data-fill="gate"></p>';
    const box = document.createElement("div");
    box.append(fill(template, { who: "<i>Kim</i>" }));
    expect(box.innerHTML).toBe(
      '<p data-needs="who"><b data-fill="who">&lt;i&gt;Kim&lt;/i&gt;</b></p>',
    );
  });
});
