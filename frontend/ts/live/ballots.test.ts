import { describe, expect, it } from "vitest";
import { Ballots, type Shelf, sameValue } from "./ballots";
import { snapshotWith } from "./evening";

function shelf(): Shelf {
  const rows = new Map<string, string>();
  return {
    getItem: (key) => rows.get(key) ?? null,
    setItem: (key, value) => void rows.set(key, value),
  };
}

const MARKT = { options: [2] };
const WALL = { options: [1] };

describe("ballots", () => {
  it("keep their id through a reload until they are counted", () => {
    const place = shelf();
    const cast = new Ballots("AB7K3M", place).cast(9, MARKT);
    const reloaded = new Ballots("AB7K3M", place);
    expect(reloaded.waiting()).toEqual([[9, cast]]);
    reloaded.acknowledged(cast.ballot, 1);
    expect(new Ballots("AB7K3M", place).of(9)).toEqual({ ...cast, counted: true });
  });

  it("are the same ballot for the same value, the next version for another", () => {
    const ballots = new Ballots("AB7K3M", shelf());
    const first = ballots.cast(9, MARKT);
    expect(ballots.cast(9, MARKT)).toBe(first);
    const second = ballots.cast(9, WALL);
    expect([second.ballot, second.version]).toEqual([first.ballot, 2]);
    ballots.acknowledged(first.ballot, 1);
    expect(ballots.of(9)?.counted).toBe(false);
  });

  it("have ids that are UUIDs of version 4", () => {
    const { ballot } = new Ballots("AB7K3M", null).cast(9, MARKT);
    expect(ballot).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  });

  it("follow the server's word", () => {
    const ballots = new Ballots("AB7K3M", shelf());
    const own = { ballot: "u1", version: 2, value: WALL };
    ballots.cast(9, MARKT);
    ballots.settle(snapshotWith({}, { "9": own }));
    expect(ballots.of(9)).toEqual({ ...own, counted: true });
  });

  it("keep a newer version of the same ballot waiting", () => {
    const ballots = new Ballots("AB7K3M", shelf(), () => "u1");
    const own = { ballot: "u1", version: 1, value: MARKT };
    ballots.cast(9, MARKT);
    ballots.cast(9, WALL);
    ballots.settle(snapshotWith({}, { "9": own }));
    expect(ballots.waiting()).toHaveLength(1);
  });

  it("are sent again when an open round does not know them, not when it is closed", () => {
    const ballots = new Ballots("AB7K3M", shelf(), () => "u1");
    ballots.cast(9, MARKT);
    ballots.acknowledged("u1", 1);
    ballots.settle(snapshotWith({ state: "closed" }));
    expect(ballots.waiting()).toEqual([]);
    ballots.settle(snapshotWith());
    expect(ballots.waiting()).toHaveLength(1);
  });

  it("and drafts survive a storage that refuses", () => {
    const broken: Shelf = {
      getItem: () => {
        throw new Error("refused");
      },
      setItem: () => {
        throw new Error("refused");
      },
    };
    const ballots = new Ballots("AB7K3M", broken);
    ballots.keepDraft(9, [["options", "2"]]);
    expect(ballots.draft(9)).toEqual([["options", "2"]]);
  });

  it("are taken back as the next version, and cast anew after that", () => {
    const ballots = new Ballots("AB7K3M", shelf(), () => "u1");
    ballots.cast(9, MARKT);
    expect(ballots.cast(9, null)).toMatchObject({ ballot: "u1", version: 2, value: null });
    expect(ballots.cast(9, WALL).version).toBe(3);
  });

  it("leave the drafts of an older page alone", () => {
    const place = shelf();
    place.setItem("mitwirk.live.AB7K3M", JSON.stringify({ drafts: { "9": [2] } }));
    expect(new Ballots("AB7K3M", place).draft(9)).toBeNull();
  });

  it("come with the language that was chosen for the evening", () => {
    const place = shelf();
    new Ballots("AB7K3M", place).language = "uk";
    expect(new Ballots("AB7K3M", place).language).toBe("uk");
  });

  it("compare values without regard to order", () => {
    expect(sameValue({ options: [2, 1] }, { options: [1, 2] })).toBe(true);
    expect(sameValue({ points: { 2: 1, 1: 3 } }, { points: { 1: 3, 2: 1 } })).toBe(true);
    expect(sameValue({ ranking: [2, 1] }, { ranking: [1, 2] })).toBe(false);
    expect(sameValue(null, { options: [] })).toBe(false);
  });
});
