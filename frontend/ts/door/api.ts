/** The door's calls to the server, and its answers in the page's own shapes. */

import type { Reading } from "./content";
import type { DoorList, DoorQuestion, SeatState } from "./list";
import type { Scan, WalkIn } from "./queue";

export interface GateCounts {
  readonly gate: string;
  readonly entered: number;
  readonly left: number;
}

export interface Counts {
  readonly inside: number;
  readonly expected: number;
  readonly seats: number;
  readonly gates: readonly GateCounts[];
}

export interface Seat {
  readonly seq: number;
  readonly name: string;
  readonly inside: boolean;
}

/** The valid seats behind a booking, with what tells it from others. */
export interface Party {
  readonly code: string;
  readonly name: string;
  readonly seats: readonly Seat[];
}

export interface Answer {
  readonly inside: number;
  readonly expected: number;
  readonly outcome: "admitted" | "refused" | "conflict" | "undone";
  readonly reason: string;
  readonly ticket: { readonly seq: number; readonly name: string; readonly code: string } | null;
  readonly booking?: { readonly name: string; readonly code: string } | null;
  readonly seats?: readonly number[];
  readonly first_scan: { readonly occurred_at: string; readonly gate: string | null } | null;
}

export interface WalkedIn {
  readonly code: string;
  readonly tickets: readonly { readonly seq: number; readonly secret: string }[];
  readonly inside: number;
  readonly expected: number;
}

interface DoorAnswer {
  readonly seats: number;
  readonly as_of: string;
  readonly salt: string;
  readonly wipe_at: string;
  readonly window: { readonly opens_at: string; readonly closes_at: string };
  readonly questions: readonly DoorQuestion[];
  readonly tickets: readonly {
    readonly secret_hash: string;
    readonly code_hash: string;
    readonly seq: number;
    readonly state: SeatState;
    readonly inside: boolean;
  }[];
  readonly bookings: readonly {
    readonly hash: string | null;
    readonly code_hash: string;
    readonly answered: boolean;
  }[];
}

export type Reply<Body> =
  | { readonly kind: "answer"; readonly answer: Body }
  /** The server will never take this; `detail` says why. */
  | { readonly kind: "rejected"; readonly code: string; readonly detail: string }
  /** Log in or pair the device again; what waits is kept. */
  | { readonly kind: "login" }
  /** No network, or a server that cannot just now; what waits is kept. */
  | { readonly kind: "later" };

const PATIENCE_MS = 4000;
/** Many scans at once take their time. */
const BATCH_PATIENCE_MS = 30_000;

export class Server {
  readonly #root: HTMLElement;
  readonly #base: string;

  constructor(root: HTMLElement, slot: string) {
    this.#root = root;
    this.#base = `${root.dataset.slotsUrl}${slot}/`;
  }

  scan(scan: Scan): Promise<Reply<Answer>> {
    return this.#call<Answer>(`${this.#base}scans/`, sentNow(scan));
  }

  batch(scans: readonly Scan[]): Promise<Reply<{ readonly results: readonly Answer[] }>> {
    return this.#call(
      `${this.#base}scans/batch/`,
      { scans: scans.map(sentNow) },
      BATCH_PATIENCE_MS,
    );
  }

  walkIn(walkIn: WalkIn): Promise<Reply<WalkedIn>> {
    return this.#call<WalkedIn>(`${this.#base}walk-ins/`, sentNow(walkIn));
  }

  counts(): Promise<Reply<Counts>> {
    return this.#call<Counts>(`${this.#base}door/counts/`);
  }

  /** Whom a code stands for, by name. */
  party(reading: Reading): Promise<Reply<Party>> {
    return this.#call<Party>(`${this.#base}door/party/`, reading);
  }

  search(name: string): Promise<Reply<{ readonly results: readonly Party[] }>> {
    return this.#call(`${this.#base}door/search/?${new URLSearchParams({ q: name })}`);
  }

  async list(slot: string, since?: string): Promise<Reply<DoorList>> {
    const query = since === undefined ? "" : `?${new URLSearchParams({ since })}`;
    const reply = await this.#call<DoorAnswer>(
      `${this.#base}door/${query}`,
      null,
      BATCH_PATIENCE_MS,
    );
    return reply.kind === "answer" ? { kind: "answer", answer: listOf(slot, reply.answer) } : reply;
  }

  async #call<Body>(url: string, body?: unknown, patience = PATIENCE_MS): Promise<Reply<Body>> {
    let response: Response;
    try {
      response = await fetch(url, {
        ...(body ? this.#posted(body) : {}),
        cache: "no-store",
        signal: AbortSignal.timeout(patience),
      });
      if (response.ok && isJson(response)) {
        return { kind: "answer", answer: (await response.json()) as Body };
      }
    } catch {
      return { kind: "later" };
    }
    // A page of ours that leads to the log-in answers 200 in the end.
    if (response.redirected || response.status === 401 || response.status === 403) {
      return { kind: "login" };
    }
    if (response.ok || response.status === 429 || response.status >= 500) return { kind: "later" };
    return { kind: "rejected", ...(await problemOf(response)) };
  }

  #posted(body: unknown): RequestInit {
    return {
      method: "POST",
      headers: {
        "Content-Type": "application/json",
        Accept: "application/json",
        "X-CSRFToken": this.#csrfToken,
      },
      body: JSON.stringify(body),
    };
  }

  /** The cookie's, because a page that was kept for hours may hold an old one. */
  get #csrfToken(): string {
    const cookie = /(?:^|; )csrftoken=([^;]+)/.exec(document.cookie)?.[1];
    const field = this.#root.querySelector<HTMLInputElement>("input[name=csrfmiddlewaretoken]");
    return cookie ?? field?.value ?? "";
  }
}

/** With this device's clock, by which the server sees that it is wrong. */
function sentNow<Body extends object>(body: Body): Body & { readonly sent_at: string } {
  return { ...body, sent_at: new Date().toISOString() };
}

function listOf(slot: string, answer: DoorAnswer): DoorList {
  return {
    slot,
    salt: answer.salt,
    asOf: answer.as_of,
    opensAt: answer.window.opens_at,
    closesAt: answer.window.closes_at,
    wipeAt: answer.wipe_at,
    capacity: answer.seats,
    questions: answer.questions,
    seats: answer.tickets.map((ticket) => ({
      secretHash: ticket.secret_hash,
      party: ticket.code_hash,
      seq: ticket.seq,
      state: ticket.state,
      inside: ticket.inside,
    })),
    bookings: answer.bookings.map((booking) => ({
      hash: booking.hash,
      party: booking.code_hash,
      isAnswered: booking.answered,
    })),
  };
}

function isJson(response: Response): boolean {
  return response.headers.get("Content-Type")?.startsWith("application/json") ?? false;
}

async function problemOf(response: Response): Promise<{ code: string; detail: string }> {
  try {
    const problem: unknown = await response.json();
    if (typeof problem === "object" && problem !== null && "detail" in problem) {
      return {
        code: "code" in problem ? String(problem.code) : "",
        detail: String(problem.detail),
      };
    }
  } catch {
    // Not a problem document: the status alone has to do.
  }
  return { code: "", detail: String(response.status) };
}
