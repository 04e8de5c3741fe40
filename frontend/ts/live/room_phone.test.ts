import { beforeEach, expect, test } from "vitest";
import { snapshotWith } from "./evening";
import type { Snapshot } from "./protocol";
import { RoomOnThePhone } from "./room_phone";
import type { LiveSocket } from "./socket";
import type { Link } from "./wiring";

const ASKED = { id: "u-1", kind: "question", round: null, text: "Wann?", state: "shown" };
const ROOM = { qa: "after", cards: false, reactions: true };

let live: { link: Link; state: { snapshot: Snapshot | null }; said: unknown[] };
let room: RoomOnThePhone;

beforeEach(() => {
  document.body.innerHTML = `<div><section data-room data-failed="Noch einmal, bitte.">
    <form data-write="question">
      <input name="id" value="u-2"><textarea name="text">Wann kommt der Radweg?</textarea>
      <p data-said></p>
    </form>
    <form data-react="up"></form>
    <ol data-list="question"></ol>
    <template data-room-question><li><form data-agree>
      <input name="action"><input name="id"><button></button></form></li></template>
  </section></div>`;
  const refusal = { code: "offline", retry: true };
  live = { link: "online", state: { snapshot: null }, said: [] };
  const request = async (t: string) => {
    live.said.push(t);
    return { refusal, d: {} };
  };
  room = new RoomOnThePhone(document.body, {
    ...{ request, command: async (t: string) => (await request(t)).refusal },
    get link() {
      return live.link;
    },
    state: live.state,
  } as unknown as LiveSocket);
});

function send(): boolean {
  const submit = new SubmitEvent("submit", { bubbles: true, cancelable: true });
  document.querySelector("[data-write]")?.dispatchEvent(submit);
  return submit.defaultPrevented;
}

test.each([
  ["online", true],
  ["polling", true],
  ["offline", true],
  ["connecting", false],
  ["stopped", false],
] as const)("%s: the page stays where it can say something itself", (link, stays) => {
  live.link = link;
  expect([send(), live.said]).toEqual([stays, stays ? ["qa.ask"] : []]);
});

test("what did not arrive is told, and its words stay", async () => {
  live.link = "offline";
  send();
  await new Promise((resolve) => setTimeout(resolve));
  expect(document.querySelector("[data-said]")?.textContent).toBe("Noch einmal, bitte.");
  expect(document.querySelector("textarea")?.value).toBe("Wann kommt der Radweg?");
});

test("a reaction that did not arrive does not look as if", async () => {
  const form = document.querySelector<HTMLFormElement>("[data-react]");
  form?.dispatchEvent(new SubmitEvent("submit", { bubbles: true, cancelable: true }));
  expect(form?.dataset.done).toBe("");
  await new Promise((resolve) => setTimeout(resolve));
  expect(form?.dataset.done).toBeUndefined();
});

test.each([
  ["live", "after", "shown", false],
  ["live", "after", "answered", true],
  ["live", "off", "shown", true],
  ["ended", "after", "shown", true],
])("a session %s, questions %s, %s: agreeing is off: %s", (state, qa, standing, isOff) => {
  const items = [{ ...ASKED, state: standing, pinned: false, votes: 2, at: null, idea: null }];
  room.draw({ ...snapshotWith(), state, room: { ...ROOM, qa, items } } as unknown as Snapshot);
  expect(document.querySelector("button")?.disabled).toBe(isOff);
});
