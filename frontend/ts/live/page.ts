/** What the islands share: where they stand in the page, its words, its connection. */

import { around } from "./backoff";
import type { Ballots } from "./ballots";
import type { Role, Snapshot } from "./protocol";
import { LiveSocket } from "./socket";
import type { Link, Listener, SocketLike } from "./wiring";

export type Words = Readonly<Record<string, string | undefined>>;

export function liveRoot(): HTMLElement | null {
  return document.querySelector<HTMLElement>("[data-live]");
}

export function part<E extends Element = HTMLElement>(
  root: ParentNode,
  selector: string,
): E | null {
  return root.querySelector<E>(selector);
}

/** Put prepared values into every `[data-fill]` of that name. */
export function fill(root: ParentNode, values: Readonly<Record<string, string>>): void {
  for (const [name, value] of Object.entries(values)) {
    for (const place of root.querySelectorAll(`[data-fill="${name}"]`)) {
      if (place.textContent !== value) {
        place.textContent = value;
      }
    }
  }
}

/** `{n} Stimmen` with its number, in the singular for one. */
export function counted(words: Words, name: "ballot" | "presence", n: number): string {
  const form = n === 1 ? words[`${name}One`] : words[`${name}Many`];
  return (form ?? "{n}").replace("{n}", n.toLocaleString(document.documentElement.lang || "de"));
}

export function worded(thing: { readonly text: string; readonly text_en: string }): string {
  return document.documentElement.lang.startsWith("en") && thing.text_en
    ? thing.text_en
    : thing.text;
}

export function firstPicture(): Snapshot | null {
  const text = document.getElementById("snapshot")?.textContent;
  return text ? (JSON.parse(text) as Snapshot) : null;
}

/** `over`: the evening is; that nothing is connected any more is no fault then. */
export function showLink(root: HTMLElement, link: Link, over = false): void {
  const line = part(root, "[data-link]");
  if (line) {
    line.hidden = over;
    line.dataset.link = link;
  }
}

export function storage(): Storage | null {
  try {
    return window.localStorage;
  } catch {
    return null;
  }
}

/** The connection of this page; `begin` opens it, where there is something to connect to. */
export function connection(
  root: HTMLElement,
  role: Role,
  ballots: Ballots | null,
  listener: Listener,
): LiveSocket {
  const { socket = "", rest = "" } = root.dataset;
  const scheme = location.protocol === "https:" ? "wss:" : "ws:";
  const live = new LiveSocket(
    {
      socketUrl: `${scheme}//${location.host}${socket}`,
      restUrl: rest,
      role,
      ballots,
      open: (url) => new WebSocket(url) as unknown as SocketLike,
      fetch: window.fetch.bind(window),
    },
    listener,
  );
  return live;
}

const ASK_MS = 5_000;

/** Before the start there is no socket yet, after publishing none any more. */
export function begin(root: HTMLElement, live: LiveSocket): void {
  const { state = "", stateUrl = "" } = root.dataset;
  if (state === "published") {
    return;
  }
  if (state === "draft" && live.role !== "facilitator") {
    void reloadOnceStarted(stateUrl);
    return;
  }
  showLink(root, "connecting");
  live.start();
  window.addEventListener("online", () => live.wake());
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible") {
      live.wake();
    }
  });
}

async function reloadOnceStarted(url: string): Promise<void> {
  if (await hasStarted(url)) {
    location.reload();
  } else {
    setTimeout(() => void reloadOnceStarted(url), around(ASK_MS));
  }
}

/** False, too, where the server does not say: without a network, or while it is busy. */
export async function hasStarted(url: string): Promise<boolean> {
  const patience = new AbortController();
  const timer = setTimeout(() => patience.abort(), ASK_MS);
  try {
    const answer = await fetch(url, { signal: patience.signal });
    const { state } = (await answer.json()) as { state?: string };
    return answer.ok && state !== "draft";
  } catch {
    return false;
  } finally {
    clearTimeout(timer);
  }
}

/** What is left until `closesAt` by the server's clock, as m:ss. */
export function remaining(closesAt: string, ahead: number, now: number): string {
  const seconds = Math.max(0, Math.round((Date.parse(closesAt) - now - ahead) / 1000));
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}
