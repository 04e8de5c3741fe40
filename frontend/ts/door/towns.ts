/** The towns whose door was opened in this browser, so that any page can tidy up after them. */

const KEY = "mitwirk.door.towns";

export function knownTowns(): readonly string[] {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(KEY) ?? "[]");
    return Array.isArray(kept) ? kept.filter((town) => typeof town === "string") : [];
  } catch {
    // Nothing can be kept here, or somebody else wrote it.
    return [];
  }
}

export function noteTown(town: string): void {
  try {
    localStorage.setItem(KEY, JSON.stringify([...new Set([...knownTowns(), town])]));
  } catch {
    // Then there is no room for a list either.
  }
}
