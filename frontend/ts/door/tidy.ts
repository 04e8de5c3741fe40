/** What a door has left on this device and whose time has come: any page of the site removes it. */

import { openStore } from "./store";

/** `forgotten`: the town that has taken its door from this device; what waits is kept. */
export async function tidy(
  towns: readonly string[],
  now: Date,
  forgotten: string | undefined,
): Promise<void> {
  for (const town of towns) {
    const store = await openStore(town);
    await store.wipeOld(now);
    if (town === forgotten) await store.forget();
  }
}
