/** The wall steered by the keyboard, for a logged-in facilitator alone: others get no dialog. */

import { openRounds } from "./own_pace";
import { part } from "./page";
import type { Snapshot } from "./protocol";
import { focusOf } from "./state";

type Command = readonly [path: string, body: object];

const NEXT = new Set(["ArrowRight", "PageDown", " ", "Enter"]);
const BACK = new Set(["ArrowLeft", "PageUp"]);

export class Keys {
  private readonly rest: string;
  private readonly csrf: string;

  constructor(
    private readonly dialog: HTMLDialogElement,
    private readonly root: HTMLElement,
    private readonly standing: () => { snapshot: Snapshot | null; seq: number },
  ) {
    this.rest = root.dataset.rest ?? "";
    this.csrf = part<HTMLInputElement>(dialog, "[name=csrfmiddlewaretoken]")?.value ?? "";
  }

  start(): void {
    document.addEventListener("keydown", (event) => this.press(event));
    for (const button of this.root.querySelectorAll<HTMLElement>("[data-keys-open]")) {
      button.addEventListener("click", () => this.dialog.showModal());
    }
    for (const button of this.dialog.querySelectorAll<HTMLElement>("[data-key]")) {
      button.addEventListener("click", () => {
        this.dialog.close();
        this.act(button.dataset.key ?? "");
      });
    }
  }

  private press(event: KeyboardEvent): void {
    const busy = event.ctrlKey || event.metaKey || event.altKey || event.repeat;
    const target = event.target as HTMLElement;
    if (busy || this.dialog.open || target.closest("a, button, input, select, textarea, summary")) {
      return;
    }
    if (this.act(event.key)) {
      event.preventDefault();
    }
  }

  /** Whether the key means anything here. */
  private act(key: string): boolean {
    if (key === "?") {
      this.dialog.showModal();
      return true;
    }
    if (key.toLowerCase() === "f") {
      void (document.fullscreenElement
        ? document.exitFullscreen()
        : document.documentElement.requestFullscreen?.());
      return true;
    }
    const { snapshot, seq } = this.standing();
    const command = snapshot && commandOf(key, snapshot, seq);
    if (command) {
      void this.send(command);
    }
    return command !== null;
  }

  private async send([path, body]: Command): Promise<void> {
    const said = part(this.root, "[data-keys-said]");
    try {
      const answer = await fetch(this.rest + path, {
        method: "POST",
        headers: { "Content-Type": "application/json", "X-CSRFToken": this.csrf },
        body: JSON.stringify(body),
      });
      const problem = answer.ok ? null : ((await answer.json()) as { detail?: string });
      if (said) {
        said.textContent = problem?.detail ?? "";
      }
    } catch {
      if (said) {
        said.textContent = this.root.dataset.offline ?? "";
      }
    }
  }
}

/** What a key asks of the server where the session stands now; null for a key that does nothing. */
export function commandOf(key: string, snapshot: Snapshot, seq: number): Command | null {
  const held = openRounds(snapshot).find((found) => found.round.held);
  if (held && key.toLowerCase() === "h") {
    return [`rounds/${held.round.id}/release/`, {}];
  }
  const round = focusOf(snapshot)?.round;
  if (NEXT.has(key)) {
    // Before the first welcome nothing is known of the order of events.
    return ["next/", seq ? { seq } : {}];
  }
  if (BACK.has(key)) {
    return before(snapshot);
  }
  if (key.toLowerCase() === "b") {
    return ["focus/", { round: null }];
  }
  if (!round) {
    return null;
  }
  switch (key.toLowerCase()) {
    case "c":
      return round.state === "open" ? [`rounds/${round.id}/close-soon/`, {}] : null;
    case "h":
      return round.state === "open" ? [`rounds/${round.id}/hold/`, {}] : null;
    case "r":
      return [`rounds/${round.id}/${round.revealed ? "hide" : "reveal"}/`, {}];
    default:
      return null;
  }
}

/** The question before the one on the screens, among those that were put. */
function before(snapshot: Snapshot): Command | null {
  const put = snapshot.questions.flatMap(({ rounds }) =>
    rounds.filter(({ state }) => state !== "draft").map(({ id }) => id),
  );
  const at = snapshot.focus === null ? put.length : put.indexOf(snapshot.focus);
  const round = put[at - 1];
  return round === undefined ? null : ["focus/", { round }];
}
