/** The same session over REST, for networks that block websockets. */

import type { Ballots } from "./ballots";
import type { OwnBallot, Refusal, Snapshot } from "./protocol";

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
    try {
      const response = await this.fetch(this.base + path, {
        method,
        headers,
        // People vote by their seat alone; the log-in's cookie would demand a CSRF token.
        credentials: this.ballots ? "omit" : "same-origin",
        cache: "no-store",
        ...(data ? { body: JSON.stringify(data) } : {}),
      });
      const body = (await response.json()) as Record<string, unknown>;
      return { status: response.status, body: response.ok || method === "POST" ? body : null };
    } catch {
      return { status: 0, body: null };
    }
  }
}
