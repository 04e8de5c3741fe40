/** The counter's calls: hand in taps, learn what became of each; ask for the number. */

import type { components } from "../api.gen";
import type { Tap } from "./store";

export type Answer = components["schemas"]["TapsOut"];
type Counted = components["schemas"]["CounterOut"];

export type Reply =
  | { readonly kind: "answer"; readonly answer: Answer }
  /** The code was renewed: these taps have no stand any more. They are kept. */
  | { readonly kind: "unknown" }
  /** No network, or a server that cannot just now; the taps are kept. */
  | { readonly kind: "later" };

const PATIENCE_MS = 10_000;

/** What the stand has counted altogether; null: no answer just now. */
export async function askTotal(url: string): Promise<number | null> {
  try {
    const response = await fetch(url, {
      credentials: "omit",
      cache: "no-store",
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
    return response.ok ? ((await response.json()) as Counted).total : null;
  } catch {
    return null;
  }
}

export async function sendTaps(url: string, taps: readonly Tap[], now: Date): Promise<Reply> {
  const counts = taps.map(({ client_uuid, amount, tapped_at }) => ({
    client_uuid,
    amount,
    tapped_at,
  }));
  try {
    const response = await fetch(url, {
      method: "POST",
      // The code alone lets count: who may be logged in on this phone is no matter.
      credentials: "omit",
      headers: { "Content-Type": "application/json", Accept: "application/json" },
      body: JSON.stringify({ sent_at: now.toISOString(), counts }),
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
    if (response.ok) return { kind: "answer", answer: (await response.json()) as Answer };
    return { kind: response.status === 404 ? "unknown" : "later" };
  } catch {
    return { kind: "later" };
  }
}
