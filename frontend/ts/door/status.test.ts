import { expect, it } from "vitest";
import { Access } from "./access";
import { Holdings } from "./holdings";
import { Status } from "./status";
import { MemoryStore } from "./store";

it("does not blame the network for a device that was revoked", async () => {
  document.body.innerHTML = `<main data-device><p data-login hidden></p><p data-waiting></p>
    <b data-waiting-count></b><p data-unsaved></p><i data-away></i><i data-live></i>
    <i data-ready></i></main>`;
  const root = document.querySelector("main") as HTMLElement;
  const store = new MemoryStore();
  const access = new Access(root, store);
  const status = new Status(root, store, new Holdings(store, "7"), access);
  const shown = () => root.querySelectorAll("i:not([hidden])").length;
  await status.show(true, false);
  expect(shown()).toBe(1);
  await access.lose();
  await status.show(true, false);
  expect(shown()).toBe(0);
});
