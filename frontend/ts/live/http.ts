/** The same session over REST, for networks that block websockets. */

import type { Ballots } from "./ballots";
import {
  type OwnBallot,
  type Refusal,
  type Role,
  refusalOf,
  type ServerFrame,
  type Snapshot,
} from "./protocol";

const PATIENCE_MS = 10_000;
/** How long the server may wait for another picture; proxies give up after a minute. */
export const WAIT_SECONDS = 15;
const UNREACHABLE: Refusal = { code: "offline", retry: true };
type Body = Record<string, unknown> | null;
const ROOM: Record<string, (d: Record<string, unknown>) => [string, string, object?]> = {
  "qa.ask": (d) => ["POST", "contributions/", d],
  "qa.upvote": ({ id, up }) => [up ? "PUT" : "DELETE", `contributions/${id}/upvote/`],
  react: (d) => ["POST", "reactions/", d],
};

type Answered = (round: number, ballot: OwnBallot, refusal: Refusal | null) => void;

export class HttpDoor {
  private delivering = false;
  private taking: Promise<boolean> | null = null;
  private tag = "";

  constructor(
    private readonly base: string,
    private readonly fetch: typeof globalThis.fetch,
    private readonly ballots: Ballots | null,
    private readonly role: Role,
  ) {}

  /** Until the next picture is asked for: longer where the server answers at once, new or not. */
  get pauseMs(): number {
    return this.tag ? 1_000 : 4_000;
  }

  /** As soon as the picture is another than the last one; "same" after a while without a change,
   * null when the server cannot be reached. */
  async snapshot(): Promise<Snapshot | "same" | null> {
    const { status, body, tag } = await this.call("GET", "");
    if (status === 304) {
      return "same";
    }
    this.tag = body ? tag : "";
    return body as Snapshot | null;
  }

  /** The page has moved on by other means: the next picture comes at once. */
  forget(): void {
    this.tag = "";
  }

  /** Send what waits, one after the other: a change never overtakes what it changes, and all come
   * from one seat. What a network that is gone holds up is left to the next call. */
  async deliver(answered: Answered): Promise<void> {
    if (this.delivering) {
      return;
    }
    this.delivering = true;
    const tried = new Set<OwnBallot>();
    const next = () => this.ballots?.waiting().find(([, own]) => !tried.has(own));
    try {
      for (let found = next(); found; found = next()) {
        tried.add(found[1]);
        answered(...found, await this.cast(...found));
      }
    } finally {
      this.delivering = false;
    }
  }

  /** Null once the ballot counts. */
  private async cast(round: number, ballot: OwnBallot): Promise<Refusal | null> {
    if (this.ballots && !this.ballots.token && !(await this.takeSeat())) {
      return UNREACHABLE;
    }
    const { ballot: id, version, value } = ballot;
    const { status, body } = await this.call("POST", "ballots/", {
      round,
      ballot: id,
      version,
      value,
    });
    if (status >= 200 && status < 300) {
      return null;
    }
    return refusalIn(status, body);
  }

  /** What the room writes, and its reactions; `d` is what the ack on the socket would say. */
  async say(t: string, d: object): Promise<{ refusal: Refusal | null; d: ServerFrame["d"] }> {
    const request = ROOM[t]?.({ ...d });
    if (!request || !this.ballots || (!this.ballots.token && !(await this.takeSeat()))) {
      return { refusal: UNREACHABLE, d: {} };
    }
    const { status, body } = await this.call(...request);
    const done = status >= 200 && status < 300;
    return { refusal: done ? null : refusalIn(status, body), d: body ?? {} };
  }

  private takeSeat(): Promise<boolean> {
    this.taking ??= this.askForSeat().finally(() => {
      this.taking = null;
    });
    return this.taking;
  }

  private async askForSeat(): Promise<boolean> {
    const { body } = await this.call("POST", "seats/", {});
    const token = body?.token;
    if (this.ballots && typeof token === "string") {
      this.ballots.token = token;
      return true;
    }
    return false;
  }

  private async call(
    method: string,
    path: string,
    data?: object,
  ): Promise<{ status: number; body: Body; tag: string }> {
    const headers: Record<string, string> = { Accept: "application/json" };
    if (this.ballots?.token) {
      headers.Authorization = `Seat ${this.ballots.token}`;
    }
    if (data) {
      headers["Content-Type"] = "application/json";
    }
    const waits = method === "GET" && this.tag !== "";
    if (method === "GET") {
      headers.Prefer = `wait=${WAIT_SECONDS}`;
    }
    if (waits) {
      headers["If-None-Match"] = this.tag;
    }
    // On a network that is gone a request may hang for minutes.
    const patience = new AbortController();
    const most = PATIENCE_MS + (waits ? WAIT_SECONDS * 1000 : 0);
    const timer = setTimeout(() => patience.abort(), most);
    try {
      const response = await this.fetch(this.base + path, {
        method,
        headers,
        signal: patience.signal,
        // People vote by their seat alone; the log-in's cookie would demand a CSRF token. To a wall
        // it would bring what the room may not see: its laptop is often the facilitator's.
        credentials: this.role === "facilitator" ? "same-origin" : "omit",
        cache: "no-store",
        ...(data ? { body: JSON.stringify(data) } : {}),
      });
      if (response.status === 401 && this.ballots) {
        // The seat is no longer good; the next ballot asks for another.
        this.ballots.token = "";
      }
      const { status } = response;
      const tag = response.headers.get("ETag") ?? "";
      const text = await response.text();
      const body = (text ? JSON.parse(text) : {}) as Record<string, unknown>;
      return { status, body: response.ok || method === "POST" ? body : null, tag };
    } catch {
      return { status: 0, body: null, tag: "" };
    } finally {
      clearTimeout(timer);
    }
  }
}

/** Too many at once may come again; what the server did not say itself may, too. */
function refusalIn(status: number, body: Body): Refusal {
  if (status === 429) {
    return { code: "rate_limited", retry: true };
  }
  const known = status >= 400 && status < 500;
  return known ? refusalOf(body ?? {}, false) : UNREACHABLE;
}
