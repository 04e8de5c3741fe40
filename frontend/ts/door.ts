/** The door's pages: the scanner of one date, and the list of dates. */

import "../styles/door.css";
import { Server } from "./door/api";
import { Door } from "./door/door";
import { install } from "./door/install";
import { openStore } from "./door/store";
import { uploadAll } from "./door/upload";

const TIDY_EVERY_MS = 60_000;

async function start(root: HTMLElement): Promise<void> {
  // Without a secure address there is no camera and no list: the form alone does the work.
  if (!isSecureContext) return;
  const store = await openStore(root.dataset.town ?? "");
  const tidy = () => store.wipeOld(new Date());
  await tidy();
  setInterval(tidy, TIDY_EVERY_MS);
  const door = root.hasAttribute("data-door") ? new Door(root, store) : null;
  if (door === null) void uploadAll(store, (slot) => new Server(root, slot));
  await door?.start();
  await install(root, () => door?.installed());
}

const root = document.querySelector<HTMLElement>("[data-door], [data-doors]");
if (root !== null) void start(root);
