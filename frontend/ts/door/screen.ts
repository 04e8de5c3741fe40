/** Shows the answer to a scan from the page's `<template data-result>` elements. */

import type { Answer } from "./api";
import type { Scan } from "./queue";
import { signal, type Tone } from "./signal";

export type Words = Readonly<Record<string, string>>;

export class Screen {
  readonly #result: HTMLElement;
  readonly #templates = new Map<string, HTMLTemplateElement>();

  constructor(root: HTMLElement) {
    this.#result = element(root, "[data-door-result]");
    for (const template of root.querySelectorAll<HTMLTemplateElement>("template[data-result]")) {
      this.#templates.set(template.dataset.result ?? "", template);
    }
  }

  /** Show the template called `name` (or `other`), its `data-fill` places filled with `words`. */
  show(name: string, words: Words = {}, keep: readonly string[] = []): void {
    const template = this.#templates.get(name) ?? this.#templates.get("other");
    if (template === undefined) return;
    const part = fill(template, words, keep);
    const { tone } = element(part, "[data-tone]").dataset;
    this.#result.replaceChildren(part);
    this.#result.scrollIntoView({ block: "nearest" });
    signal(tone as Tone);
  }

  clear(): void {
    this.#result.replaceChildren();
  }

  /** A check is on its way; the last answer fades until the next one is there. */
  busy(on: boolean): void {
    this.#result.toggleAttribute("data-busy", on);
  }
}

/**
 * The template's content with its `data-fill` places filled. A `data-needs` part stays only where its
 * word is given, or where it is named in `keep`, then with the page's own text.
 */
export function fill(
  template: HTMLTemplateElement,
  words: Words,
  keep: readonly string[] = [],
): DocumentFragment {
  const part = template.content.cloneNode(true) as DocumentFragment;
  for (const needy of part.querySelectorAll<HTMLElement>("[data-needs]")) {
    const name = needy.dataset.needs ?? "";
    if (!words[name] && !keep.includes(name)) needy.remove();
  }
  for (const place of part.querySelectorAll<HTMLElement>("[data-fill]")) {
    const name = place.dataset.fill ?? "";
    if (!keep.includes(name)) place.textContent = words[name] ?? "";
  }
  return part;
}

/** The element that the page promises; its absence is a mistake in the template. */
export function element<E extends Element = HTMLElement>(root: ParentNode, selector: string): E {
  const found = root.querySelector<E>(selector);
  if (found === null) throw new Error(`The page has no ${selector}`);
  return found;
}

/** The pressed button is gone: whoever works with the keyboard goes on from the answer. */
export function focusAnswer(): void {
  element(document, "[data-door-result]").focus({ preventScroll: true });
}

/** The template of this answer. */
export function nameOf(scan: Scan, outcome: Answer["outcome"], reason: string): string {
  if (outcome === "undone") return "undone";
  if (outcome === "conflict") return "conflict";
  return outcome === "admitted" && scan.kind === "exit" ? "exit" : reason;
}
