/** The facilitator's remote: buttons act over the socket, numbers live; each is a plain form, too. */

import { Announcer } from "./live/announcer";
import { drawFigure } from "./live/draw_figure";
import { figureOf } from "./live/figures";
import { forgetSent } from "./live/kept_form";
import { begin, connection, counted, fill, liveRoot, part, remaining, showLink } from "./live/page";
import type { ServerFrame, Snapshot } from "./live/protocol";
import { Reactions } from "./live/reactions";
import { RoomModeration } from "./live/room_moderation";
import type { LiveSocket } from "./live/socket";
import type { LiveState } from "./live/state";
import { bringVoters } from "./live/voters";

const RENEW_AGAIN_MS = 1000;
const ON_THE_SCREENS = ".mw-remote__card--focus";

class Remote {
  private readonly live: LiveSocket;
  private readonly room: RoomModeration;
  private readonly announcer: Announcer;
  private welcomed = false;
  private pressed = false;
  private renewing: AbortController | null = null;

  constructor(private readonly root: HTMLElement) {
    this.announcer = new Announcer(part(root, "[data-polite]"));
    const reactions = new Reactions(root);
    this.live = connection(root, "facilitator", null, {
      changed: (state, frame) => {
        reactions.hear(frame);
        this.room.hear(frame);
        this.changed(state, frame);
      },
      linked: (link) => showLink(root, link),
    });
    this.room = new RoomModeration(root, this.live);
  }

  start(): void {
    this.root.addEventListener("submit", (event) => this.press(event));
    this.root.addEventListener("click", (event) => pickWord(event));
    begin(this.root, this.live);
    setInterval(() => this.tick(), 500);
  }

  private tick(): void {
    const clock = part(this.root, "[data-clock]");
    if (clock?.dataset.clock) {
      const left = remaining(clock.dataset.clock, this.live.state.ahead, Date.now());
      fill(clock, { clock: left });
    }
  }

  /**
   * Control events, and a picture sent anew because something was prepared, redraw the page from
   * the server's own markup; tallies only move the numbers. What happened between this markup and
   * the first welcome shows in its `seq`.
   */
  private changed({ snapshot, seq }: LiveState, frame: ServerFrame | null): void {
    const drawn = Number(part(this.root, "[data-run]")?.dataset.seq);
    const isBehind = drawn < seq && (frame === null || frame.t === "pong");
    if (isBehind || (frame === null ? this.welcomed : frame.seq !== undefined)) {
      void this.renew();
    }
    this.welcomed ||= frame === null;
    if (snapshot) {
      this.drawNumbers(snapshot);
    }
  }

  private drawNumbers(snapshot: Snapshot): void {
    if (snapshot.presence !== null) {
      fill(this.root, { presence: counted(this.root.dataset, "presence", snapshot.presence) });
    }
    for (const question of snapshot.questions) {
      for (const round of question.rounds) {
        const place = part(this.root, `[data-standing="${round.id}"]`);
        if (place && round.counts) {
          fill(place, { turnout: counted(this.root.dataset, "ballot", round.ballots ?? 0) });
          drawFigure(place, figureOf(question, round, this.root.dataset), this.root.dataset);
        }
      }
    }
  }

  private press(event: SubmitEvent): void {
    const form = event.target as HTMLFormElement;
    const { command, round, seq } = form.dataset;
    if (form.dataset.voters) {
      event.preventDefault();
      bringVoters(form, Number((event.submitter as HTMLButtonElement | null)?.value ?? 20));
      return;
    }
    if (!command || this.live.link !== "online") {
      return;
    }
    event.preventDefault();
    const button = part<HTMLButtonElement>(form, "button");
    button?.setAttribute("aria-disabled", "true");
    const seconds = part<HTMLInputElement>(form, "[name=seconds]")?.value;
    const word = part<HTMLInputElement>(form, "[name=word]")?.value;
    const asked = {
      ...(seq ? { seq: Number(seq) } : { round: Number(round) }),
      ...(seconds ? { seconds: Number(seconds) } : {}),
      ...(word ? { word } : {}),
    };
    this.pressed = true;
    void this.live.command(command, asked).then((refusal) => {
      if (refusal) {
        // The plain form says in words what stands in the way.
        form.submit();
      }
    });
  }

  private async renew(): Promise<void> {
    this.renewing?.abort();
    const controller = new AbortController();
    this.renewing = controller;
    try {
      const response = await fetch(location.href, { signal: controller.signal });
      if (response.status >= 500 || response.status === 429) {
        throw new Error(String(response.status));
      }
      const page = new DOMParser().parseFromString(await response.text(), "text/html");
      const fresh = part(page, "[data-run]");
      const old = part(this.root, "[data-run]");
      if (response.ok && fresh && old) {
        this.replace(old, fresh);
      }
    } catch {
      // Aborted by a newer event, which draws instead; or a lost answer or a server that is just
      // starting, which is asked again.
      if (!controller.signal.aborted) {
        setTimeout(() => void this.renew(), RENEW_AGAIN_MS);
      }
    }
  }

  private replace(old: HTMLElement, fresh: HTMLElement): void {
    const card = document.activeElement?.closest("[data-command]")?.getAttribute("data-round");
    const before = part(old, ON_THE_SCREENS)?.id;
    const pressedIn = document.activeElement?.closest(".mw-remote__card")?.id;
    old.replaceWith(fresh);
    if (card) {
      part(fresh, `[data-round="${card}"] button`)?.focus({ preventScroll: true });
    }
    const now = part(fresh, ON_THE_SCREENS);
    if (now) {
      this.announcer.say(part(now, "h2")?.textContent ?? "");
    }
    if (this.pressed) {
      this.pressed = false;
      const opened = now && now.id !== before ? now : null;
      const place = pressedIn ? part(fresh, `#${pressedIn}`) : null;
      (opened ?? (place && isOutOfSight(place) ? place : null))?.scrollIntoView();
    }
    if (this.live.state.snapshot) {
      this.drawNumbers(this.live.state.snapshot);
    }
  }
}

function isOutOfSight(card: HTMLElement): boolean {
  const { top, bottom } = card.getBoundingClientRect();
  return bottom < 0 || top > window.innerHeight;
}

/** A tap on a word of the cloud names it in the field below. */
function pickWord(event: Event): void {
  const word = (event.target as Element).closest<HTMLElement>("[data-word]");
  const card = word?.closest("li.mw-remote__card");
  const field = card && part<HTMLInputElement>(card, "[data-command='word.hide'] [name=word]");
  if (word && field) {
    field.value = word.dataset.word ?? "";
    field.focus();
  }
}

forgetSent();
const root = liveRoot();
if (root) {
  new Remote(root).start();
}
