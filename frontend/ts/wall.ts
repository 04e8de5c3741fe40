/** The wall: question, bars that grow with their numbers, and how to join; never an empty screen. */

import { Announcer } from "./live/announcer";
import { drawFigure, leastFirst } from "./live/draw_figure";
import { asSentence, figureOf, isCrowded } from "./live/figures";
import { shrinkToFit, stepOf } from "./live/fit";
import { Keys } from "./live/keys";
import { drawLeaders } from "./live/leaders";
import { isOwnPace, openRounds } from "./live/own_pace";
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
import { Reactions } from "./live/reactions";
import { RoomOnTheWall } from "./live/room_wall";
import type { LiveSocket } from "./live/socket";
import { type Found, focusOf, stageOf } from "./live/state";

class Wall {
  private readonly announcer: Announcer;
  private readonly live: LiveSocket;
  private readonly room: RoomOnTheWall;
  private lastSaid = "";
  private fitted = "";

  constructor(private readonly root: HTMLElement) {
    this.announcer = new Announcer(part(root, "[data-polite]"));
    this.room = new RoomOnTheWall(root);
    const reactions = new Reactions(root);
    this.live = connection(root, "wall", null, {
      changed: (state, frame) => {
        reactions.hear(frame);
        if (state.snapshot) {
          this.draw(state.snapshot);
        }
      },
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
    const dialog = part<HTMLDialogElement>(this.root, "[data-keys]");
    if (dialog) {
      new Keys(dialog, this.root, () => this.live.state).start();
    }
    const again = () => this.fitAgain();
    window.addEventListener("resize", again);
    // A font or a picture that comes late takes another place.
    this.root.addEventListener("load", again, true);
    void document.fonts?.ready.then(again);
    setInterval(() => this.tick(), 1000);
  }

  private fitAgain(): void {
    this.fitted = "";
    if (this.live.state.snapshot) {
      this.draw(this.live.state.snapshot);
    }
  }

  private draw(snapshot: Snapshot): void {
    const stage = stageOf(snapshot);
    const focus = focusOf(snapshot);
    const own = isOwnPace(snapshot);
    const asked = !own && focus !== null && ["ballot", "counting", "result"].includes(stage);
    const name = own ? "own" : asked ? "question" : stage;
    for (const screen of this.root.querySelectorAll<HTMLElement>("[data-screen]")) {
      screen.hidden = screen.dataset.screen !== name;
    }
    if (own) {
      this.drawProgress(snapshot);
    }
    if (snapshot.presence !== null) {
      fill(this.root, { presence: counted(this.root.dataset, "presence", snapshot.presence) });
    }
    drawLeaders(this.root, snapshot.leaders ?? []);
    this.room.draw(snapshot);
    if (asked) {
      this.drawQuestion(focus, stage);
    }
    const ended = part(this.root, "[data-screen=ended]:not([hidden])");
    if (ended) {
      shrinkToFit(ended);
    }
    this.tick();
  }

  private drawQuestion({ question, round }: Found, stage: string): void {
    const screen = part(this.root, "[data-screen='question']");
    if (!screen) {
      return;
    }
    const figure = figureOf(question, round, this.root.dataset);
    screen.dataset.status = stage;
    screen.dataset.type = question.type;
    screen.toggleAttribute("data-counts", round.counts !== null);
    screen.toggleAttribute("data-many", isCrowded(figure));
    fill(screen, {
      question: worded(question),
      turnout: counted(this.root.dataset, "ballot", round.ballots ?? 0),
    });
    drawFigure(screen, figure, this.root.dataset);
    const shape = [round.id, figure.rows.length, round.counts !== null, figure.before]
      .concat(figure.papers.length)
      .join(" ");
    // From the beginning for another picture only: with every number things would jump.
    const from = shape === this.fitted ? stepOf(screen) : 0;
    this.room.fitAnswers(() => shrinkToFit(screen, { rows: leastFirst(screen, figure), from }));
    this.fitted = shape;
    const said = round.counts ? asSentence(figure) : worded(question);
    if (said !== this.lastSaid) {
      this.lastSaid = said;
      this.announcer.say(said);
    }
  }

  /** How far the room is, and nothing of what it says. */
  private drawProgress(snapshot: Snapshot): void {
    const rows = openRounds(snapshot).map(({ question, round }) => {
      const row = document.createElement("li");
      const ballots = document.createElement("strong");
      ballots.textContent = counted(this.root.dataset, "ballot", round.ballots ?? 0);
      const text = document.createElement("span");
      text.textContent = worded(question);
      row.append(text, " ", ballots);
      return row;
    });
    const list = part(this.root, "[data-own-progress]");
    list?.replaceChildren(...rows);
    const screen = part(this.root, "[data-screen=own]");
    if (screen) {
      shrinkToFit(screen, { rows: rows.slice(1).reverse() });
    }
  }

  private tick(): void {
    const { snapshot, ahead } = this.live.state;
    const round = snapshot && focusOf(snapshot)?.round;
    const hold = part(this.root, "[data-hold]");
    if (hold) {
      const held = snapshot ? openRounds(snapshot).some((found) => found.round.held) : false;
      hold.hidden = !held;
    }
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
