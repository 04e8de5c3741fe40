/** The door's two calls: hand in a scan, ask for the counts. */

import type { Scan } from "./queue";

export interface Counts {
  readonly inside: number;
  readonly expected: number;
}

export interface Seat {
  readonly seq: number;
  readonly name: string;
  readonly inside: boolean;
}

export interface Answer extends Counts {
  readonly outcome: "admitted" | "refused" | "conflict" | "undone";
  readonly reason: string;
  readonly ticket: {
    readonly seq: number;
    readonly name: string;
  } | null;
  readonly booking?: { readonly name: string } | null;
  readonly seats?: readonly number[];
  readonly first_scan: { readonly occurred_at: string; readonly gate: string | null } | null;
}

/** The valid seats behind a booking code. */
export interface Seats {
  readonly code: string;
  readonly name: string;
  readonly seats: readonly Seat[];
}

export type Reply =
  | { readonly kind: "answer"; readonly answer: Answer }
  /** The server will never take this scan; `detail` says why. */
  | { readonly kind: "rejected"; readonly detail: string }
  /** Log in again; the scan is kept. */
  | { readonly kind: "login" }
  /** No network, or a server that cannot just now; the scan is kept. */
  | { readonly kind: "later" };

const PATIENCE_MS = 8000;

export async function sendScan(url: string, csrfToken: string, scan: Scan): Promise<Reply> {
  let response: Response;
  try {
    response = await fetch(url, {
      method: "POST",
      headers: {
        "Content-Type": "application/json",
        Accept: "application/json",
        "X-CSRFToken": csrfToken,
      },
      body: JSON.stringify(scan),
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
    if (response.ok) return { kind: "answer", answer: (await response.json()) as Answer };
  } catch {
    return { kind: "later" };
  }
  if (response.status === 401 || response.status === 403) return { kind: "login" };
  if (response.status === 429 || response.status >= 500) return { kind: "later" };
  return { kind: "rejected", detail: await detailOf(response) };
}

export function fetchCounts(url: string): Promise<Counts | null> {
  return fetchJson<Counts>(url);
}

/** Null for codes of other dates and of nobody: the scan itself says what is wrong. */
export function fetchSeats(url: string): Promise<Seats | null> {
  return fetchJson<Seats>(url);
}

async function fetchJson<Body>(url: string): Promise<Body | null> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(PATIENCE_MS) });
    const isJson = response.headers.get("Content-Type")?.startsWith("application/json") ?? false;
    return response.ok && isJson ? ((await response.json()) as Body) : null;
  } catch {
    return null;
  }
}

async function detailOf(response: Response): Promise<string> {
  try {
    const problem: unknown = await response.json();
    if (typeof problem === "object" && problem !== null && "detail" in problem) {
      return String(problem.detail);
    }
  } catch {
    // Not a problem document: the status alone has to do.
  }
  return String(response.status);
}
