/** The wall: question, bars that grow with their numbers, and how to join; never an empty screen. */

import { Announcer } from "./live/announcer";
import { barsAsSentence, barsOf, drawBars } from "./live/bars";
import {
  begin,
  connection,
  counted,
  fill,
  firstPicture,
  liveRoot,
  part,
  remaining,
  showLink,
  worded,
} from "./live/page";
import type { Snapshot } from "./live/protocol";
import type { LiveSocket } from "./live/socket";
import { type Found, focusOf, stageOf } from "./live/state";

class Wall {
  private readonly announcer: Announcer;
  private readonly live: LiveSocket;
  private lastSaid = "";

  constructor(private readonly root: HTMLElement) {
    this.announcer = new Announcer(part(root, "[data-polite]"));
    this.live = connection(root, "wall", null, {
      changed: (state) => state.snapshot && this.draw(state.snapshot),
      linked: (link) => {
        showLink(root, link);
        if (link === "offline") {
          fill(root, { asof: new Date().toLocaleTimeString(document.documentElement.lang) });
        }
      },
    });
  }

  start(): void {
    const picture = firstPicture();
    if (picture) {
      this.live.showFirst(picture);
      this.draw(picture);
    }
    begin(this.root, this.live);
    setInterval(() => this.tick(), 1000);
  }

  private draw(snapshot: Snapshot): void {
    const stage = stageOf(snapshot);
    const focus = focusOf(snapshot);
    const asked = focus !== null && ["ballot", "counting", "result"].includes(stage);
    const name = asked ? "question" : stage;
    for (const screen of this.root.querySelectorAll<HTMLElement>("[data-screen]")) {
      screen.hidden = screen.dataset.screen !== name;
    }
    if (snapshot.presence !== null) {
      fill(this.root, { presence: counted(this.root.dataset, "presence", snapshot.presence) });
    }
    if (asked) {
      this.drawQuestion(focus, stage);
    }
    this.tick();
  }

  private drawQuestion({ question, round }: Found, stage: string): void {
    const screen = part(this.root, "[data-screen='question']");
    if (!screen) {
      return;
    }
    const bars = barsOf(question, round);
    screen.dataset.status = stage;
    screen.toggleAttribute("data-counts", round.counts !== null);
    screen.toggleAttribute("data-many", bars.length > 6);
    fill(screen, {
      question: worded(question),
      turnout: counted(this.root.dataset, "ballot", round.ballots ?? 0),
    });
    drawBars(screen, bars, [], this.root.dataset);
    const said = round.counts ? barsAsSentence(bars) : worded(question);
    if (said !== this.lastSaid) {
      this.lastSaid = said;
      this.announcer.say(said);
    }
  }

  private tick(): void {
    const { snapshot, ahead } = this.live.state;
    const round = snapshot && focusOf(snapshot)?.round;
    const clock = part(this.root, "[data-clock]");
    if (clock) {
      const runs = round?.state === "open" && round.closes_at !== null;
      clock.hidden = !runs;
      if (runs && round.closes_at) {
        fill(clock, { clock: remaining(round.closes_at, ahead, Date.now()) });
      }
    }
  }
}

const root = liveRoot();
if (root) {
  new Wall(root).start();
}
