/** Everyone's own pace: all open questions as a list, each answered in its own order. */

import type { Ballots } from "./ballots";
import { fill, part, worded } from "./page";
import type { Snapshot } from "./protocol";
import type { Found } from "./state";

export function openRounds(snapshot: Snapshot): Found[] {
  return snapshot.questions.flatMap((question) =>
    question.rounds.filter(({ state }) => state === "open").map((round) => ({ question, round })),
  );
}

/** While something is open, each phone goes its own way; afterwards all follow the facilitator. */
export function isOwnPace(snapshot: Snapshot): boolean {
  return snapshot.pace === "own" && snapshot.state === "live" && openRounds(snapshot).length > 0;
}

export class OwnPace {
  private round: number | null;

  constructor(
    private readonly root: HTMLElement,
    private readonly ballots: Ballots,
    private readonly redraw: () => void,
  ) {
    this.round = Number(new URLSearchParams(location.search).get("frage")) || null;
    part(root, "[data-own-back]")?.addEventListener("click", (event) => {
      const next = (event.target as Element).closest<HTMLElement>("[data-own-next]");
      this.turn(event, next ? Number(next.dataset.ownNext) : null);
    });
  }

  /** The snapshot as this phone looks at it: the question it chose is in focus. */
  seen(snapshot: Snapshot): Snapshot {
    const own = isOwnPace(snapshot);
    if (own && !openRounds(snapshot).some(({ round }) => round.id === this.round)) {
      this.round = null;
    }
    const back = part(this.root, "[data-own-back]");
    if (back) {
      back.hidden = !own || this.round === null;
      fill(back, { progress: this.progress(snapshot) });
      this.offerNext(part<HTMLAnchorElement>(back, "[data-own-next]"), snapshot);
    }
    return own ? { ...snapshot, focus: this.round } : snapshot;
  }

  /** Behind an answer the next question without one, from there on around. */
  private offerNext(link: HTMLAnchorElement | null, snapshot: Snapshot): void {
    const rounds = openRounds(snapshot).map(({ round }) => round.id);
    const at = rounds.indexOf(this.round ?? 0);
    const next = [...rounds.slice(at + 1), ...rounds.slice(0, Math.max(at, 0))].find(
      (round) => !this.isDone(round),
    );
    if (link) {
      link.hidden = at < 0 || next === undefined || !this.isDone(rounds[at] ?? 0);
      link.dataset.ownNext = String(next ?? "");
      link.href = `?frage=${next ?? ""}`;
    }
  }

  /** What makes the list another list; empty while no list is due. */
  key(snapshot: Snapshot): string {
    if (!isOwnPace(snapshot) || this.round !== null) {
      return "";
    }
    const rows = openRounds(snapshot).map(({ round }) => `${round.id}${this.isDone(round.id)}`);
    return `list ${rows.join(" ")}`;
  }

  draw(area: HTMLElement, snapshot: Snapshot): void {
    fill(area, { progress: this.progress(snapshot) });
    const list = part(area, "[data-own-list]");
    list?.replaceChildren(...openRounds(snapshot).map((found) => this.row(found)));
  }

  private row({ question, round }: Found): HTMLElement {
    const row = document.createElement("li");
    const link = document.createElement("a");
    link.className = "mw-own__link";
    link.href = `?frage=${round.id}`;
    const text = document.createElement("span");
    text.className = "mw-own__text";
    text.textContent = worded(question);
    const state = document.createElement("span");
    const done = this.isDone(round.id);
    link.toggleAttribute("data-done", done);
    state.textContent = (done ? this.root.dataset.done : this.root.dataset.todo) ?? "";
    link.append(text, state);
    link.addEventListener("click", (event) => this.turn(event, round.id));
    row.append(link);
    return row;
  }

  private turn(event: Event, round: number | null): void {
    event.preventDefault();
    this.round = round;
    this.redraw();
    part(this.root, "[data-stage] [tabindex='-1']")?.focus();
  }

  private isDone(round: number): boolean {
    return (this.ballots.of(round)?.value ?? null) !== null;
  }

  private progress(snapshot: Snapshot): string {
    const rounds = openRounds(snapshot);
    const done = rounds.filter(({ round }) => this.isDone(round.id)).length;
    return (this.root.dataset.progress ?? "{n}/{all}")
      .replace("{n}", String(done))
      .replace("{all}", String(rounds.length));
  }
}
