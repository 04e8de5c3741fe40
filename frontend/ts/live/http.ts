/** The same session over REST, for networks that block websockets. */

import type { Ballots } from "./ballots";
import type { OwnBallot, Refusal, Snapshot } from "./protocol";

const PATIENCE_MS = 10_000;
const UNREACHABLE: Refusal = { code: "offline", retry: true };

export class HttpDoor {
  constructor(
    private readonly base: string,
    private readonly fetch: typeof globalThis.fetch,
    private readonly ballots: Ballots | null,
  ) {}

  /** Null when the server cannot be reached. */
  async snapshot(): Promise<Snapshot | null> {
    return (await this.call("GET", "")).body as Snapshot | null;
  }

  /** Null once the ballot counts. */
  async cast(round: number, ballot: OwnBallot): Promise<Refusal | null> {
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
    const known = status >= 400 && status < 500 && status !== 429;
    return known ? { code: String(body?.code ?? "invalid"), retry: false } : UNREACHABLE;
  }

  private async takeSeat(): Promise<boolean> {
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
  ): Promise<{ status: number; body: Record<string, unknown> | null }> {
    const headers: Record<string, string> = { Accept: "application/json" };
    if (this.ballots?.token) {
      headers.Authorization = `Seat ${this.ballots.token}`;
    }
    if (data) {
      headers["Content-Type"] = "application/json";
    }
    // On a network that is gone a request may hang for minutes.
    const patience = new AbortController();
    const timer = setTimeout(() => patience.abort(), PATIENCE_MS);
    try {
      const response = await this.fetch(this.base + path, {
        method,
        headers,
        signal: patience.signal,
        // People vote by their seat alone; the log-in's cookie would demand a CSRF token.
        credentials: this.ballots ? "omit" : "same-origin",
        cache: "no-store",
        ...(data ? { body: JSON.stringify(data) } : {}),
      });
      if (response.status === 401 && this.ballots) {
        // The seat is no longer good; the next ballot asks for another.
        this.ballots.token = "";
      }
      const body = (await response.json()) as Record<string, unknown>;
      return { status: response.status, body: response.ok || method === "POST" ? body : null };
    } catch {
      return { status: 0, body: null };
    } finally {
      clearTimeout(timer);
    }
  }
}
