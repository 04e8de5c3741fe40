/** What a connection is given by its page, and what it tells it. */

import type { Ballots } from "./ballots";
import type { Refusal, Role, ServerFrame } from "./protocol";
import type { LiveState } from "./state";

/** How the page stands with the server. `polling` works, only slower. */
export type Link = "connecting" | "online" | "offline" | "polling" | "stopped";

export interface SocketLike {
  onopen: (() => void) | null;
  onmessage: ((event: { data: unknown }) => void) | null;
  onclose: ((event: { code: number }) => void) | null;
  send(data: string): void;
  close(code?: number): void;
}

export interface Listener {
  /** The picture changed; `frame` says by what, null after a welcome or a poll. */
  changed(state: LiveState, frame: ServerFrame | null): void;
  linked(link: Link): void;
  refused?(round: number, refusal: Refusal): void;
}

export interface Wiring {
  readonly socketUrl: string;
  readonly restUrl: string;
  readonly role: Role;
  readonly ballots: Ballots | null;
  readonly open: (url: string) => SocketLike;
  readonly fetch: typeof fetch;
  readonly random?: () => number;
}
