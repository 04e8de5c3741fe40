/** The vote page: the question, the ballot, "counted", the result, as the evening goes on. */

import { Announcer } from "./live/announcer";
import { entriesIn, fillQuestion, isTouched, prepareBallot } from "./live/ballot_form";
import { Ballots } from "./live/ballots";
import { drawFigure } from "./live/draw_figure";
import { asSentence, figureOf } from "./live/figures";
import { OwnPace } from "./live/own_pace";
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
  storage,
  type Words,
} from "./live/page";
import { BANNED_CLOSE, ENDED_CLOSE, type Refusal } from "./live/protocol";
import { RoomOnThePhone } from "./live/room_phone";
import { type Phrases, said } from "./live/said";
import type { LiveSocket } from "./live/socket";
import { type Found, focusOf, type LiveState, type Stage, stageOf } from "./live/state";
import { chosenOptions } from "./live/values";
import { wordingIn } from "./live/wordings";

type VoterStage = Stage | "sending" | "counted" | "list" | "banned";

const FIRST_FIELD = "[data-options] :is(input:checked, input:not([type=hidden]), textarea, button)";
const COUNTED_BUZZ_MS = 60;
const QUESTION_BUZZ_MS = [40, 80, 40];

/** Browsers refuse, and complain, before the first tap. */
function buzz(pattern: number | number[]): void {
  if (navigator.userActivation?.hasBeenActive ?? true) {
    navigator.vibrate?.(pattern);
  }
}

/** What is new starts where it is seen, unless somebody is writing further down. */
function comeIntoView(area: HTMLElement): void {
  const writing = document.activeElement?.matches("input, textarea, select") ?? false;
  if (area.getBoundingClientRect().top < 0 && !writing) {
    area.scrollIntoView({ block: "start" });
  }
}

class VotePage {
  private readonly words: Words;
  private readonly phrases: Phrases;
  private readonly ballots: Ballots;
  private readonly announcer: Announcer;
  private readonly area: HTMLElement;
  private readonly live: LiveSocket;
  private readonly own: OwnPace;
  private readonly room: RoomOnThePhone;
  private shown = "";
  private changing = false;
  private round: number | null = null;
  private lastSaid = "";

  constructor(
    private readonly root: HTMLElement,
    area: HTMLElement,
  ) {
    const { code = "", seat = "", eligibility = "" } = root.dataset;
    this.words = root.dataset;
    this.phrases = JSON.parse(document.getElementById("ballot-words")?.textContent ?? "{}");
    this.area = area;
    this.announcer = new Announcer(part(root, "[data-polite]"));
    this.ballots = new Ballots(code, storage());
    if (seat && (eligibility !== "anyone" || !this.ballots.token)) {
      this.ballots.token = seat;
    }
    this.live = connection(root, "voter", this.ballots, {
      changed: (state, frame) => this.draw(state, frame?.t !== "tally" && frame?.t !== "qa"),
      linked: (link) => {
        const { closedWith } = this.live;
        showLink(root, link, link === "stopped" && closedWith === ENDED_CLOSE);
        if (link === "stopped" && closedWith === BANNED_CLOSE) {
          this.change("banned", null);
        }
      },
      refused: (round, refusal) => this.refused(round, refusal),
    });
    this.own = new OwnPace(root, this.ballots, () => this.draw(this.live.state, false));
    this.room = new RoomOnThePhone(root, this.live);
  }

  start(): void {
    const picture = firstPicture();
    if (picture) {
      this.keepEarlyTaps();
      this.ballots.settle(picture);
      this.live.showFirst(picture);
      this.draw(this.live.state, false);
    }
    begin(this.root, this.live);
    setInterval(() => this.tick(), 1000);
  }

  // --- Drawing ------------------------------------------------------------------------------------

  private stage(state: LiveState, focus: Found | null): VoterStage {
    const stage = state.snapshot ? stageOf(state.snapshot) : "between";
    const own = stage === "ballot" && focus ? this.ballots.of(focus.round.id) : null;
    if (own && own.value !== null && !this.changing) {
      return own.counted ? "counted" : "sending";
    }
    return stage;
  }

  private draw(state: LiveState, aloud: boolean): void {
    if (!state.snapshot || this.live.closedWith === BANNED_CLOSE) {
      return;
    }
    const snapshot = this.own.seen(state.snapshot);
    const focus = focusOf(snapshot);
    if (this.round && this.round !== snapshot.focus) {
      this.changing = false;
    }
    this.round = snapshot.focus;
    const list = this.own.key(snapshot);
    const stage = list ? "list" : this.stage({ ...state, snapshot }, focus);
    const key = list || `${stage} ${focus?.round.id ?? ""}`;
    if (key !== this.shown) {
      const before = this.shown;
      this.shown = key;
      this.change(stage, focus);
      if (stage === "list") {
        this.own.draw(this.area, snapshot);
      }
      if (before) {
        comeIntoView(part(this.root, "[data-own-back]:not([hidden])") ?? this.area);
      }
      if (aloud && before) {
        this.tell(stage, focus);
      }
    }
    if (focus) {
      this.drawNumbers(focus);
    }
    this.room.draw(state.snapshot);
    this.tick();
  }

  private change(stage: VoterStage, focus: Found | null): void {
    const template = part<HTMLTemplateElement>(this.root, `template[data-part="${stage}"]`);
    if (!template) {
      return;
    }
    const hadFocus = this.area.contains(document.activeElement);
    this.area.replaceChildren(template.content.cloneNode(true));
    this.area.dataset.stage = stage;
    if (focus) {
      fillQuestion(this.area, focus.question, this.language);
      if (stage === "ballot") {
        this.prepareBallot(focus);
      }
      this.showChosen(focus);
    }
    part(this.area, "[data-change]")?.addEventListener("click", (event) => {
      event.preventDefault();
      this.changing = true;
      this.draw(this.live.state, false);
      part(this.area, FIRST_FIELD)?.focus();
    });
    part(this.area, "[data-retract]")?.addEventListener("click", (event) => {
      event.preventDefault();
      if (focus) {
        this.retract(focus);
      }
    });
    if (hadFocus) {
      part(this.area, "[tabindex='-1']")?.focus({ preventScroll: true });
    }
  }

  private drawNumbers({ question, round }: Found): void {
    const chosen = chosenOptions(this.ballots.of(round.id)?.value);
    const figure = figureOf(question, round, this.words, chosen);
    fill(this.area, { turnout: counted(this.words, "ballot", round.ballots ?? 0) });
    if (round.counts) {
      drawFigure(this.area, figure, this.words);
    }
    const area = part(this.area, "[data-bars-area]");
    if (area) {
      area.hidden = round.counts === null;
    }
    if (round.counts && this.area.dataset.stage !== "ballot") {
      const word = round.final ? this.words.result : this.words.standing;
      this.announce(`${word ?? ""} ${asSentence(figure)}`);
    }
  }

  private announce(sentence: string): void {
    if (sentence !== this.lastSaid) {
      this.lastSaid = sentence;
      this.announcer.say(sentence);
    }
  }

  private tell(stage: VoterStage, focus: Found | null): void {
    if (stage === "ballot" && focus && !this.changing) {
      this.announcer.say(
        `${this.words.newQuestion ?? ""} ${wordingIn(focus.question, this.language).text}`,
      );
      buzz(QUESTION_BUZZ_MS);
    } else if (stage === "counting") {
      this.announcer.say(this.words.closed ?? "");
    } else if (stage === "counted") {
      buzz(COUNTED_BUZZ_MS);
    }
  }

  private showChosen({ question, round }: Found): void {
    const value = this.ballots.of(round.id)?.value ?? null;
    const text = said(question, value, this.phrases, this.language);
    fill(this.area, { chosen: text });
    const area = part(this.area, "[data-chosen-area]");
    if (area) {
      area.hidden = text === "";
    }
  }

  private tick(): void {
    const { snapshot, ahead } = this.live.state;
    const round = snapshot && focusOf(this.own.seen(snapshot))?.round;
    const hold = part(this.root, "[data-hold]");
    if (hold) {
      hold.hidden = round?.state !== "open" || !round.held;
    }
    const clock = part(this.area, "[data-clock]");
    if (clock && round?.closes_at) {
      clock.hidden = false;
      fill(clock, { clock: remaining(round.closes_at, ahead, Date.now()) });
    }
  }

  // --- The ballot ---------------------------------------------------------------------------------

  private prepareBallot(found: Found): void {
    const form = part<HTMLFormElement>(this.area, "[data-ballot]");
    if (!form) {
      return;
    }
    prepareBallot(form, found, {
      words: this.phrases,
      ballots: this.ballots,
      language: this.language,
      tell: (sentence) => fill(form, { did: sentence }),
      vote: (value) => {
        this.changing = false;
        this.notice("");
        this.live.vote(found.round.id, value);
        this.draw(this.live.state, true);
      },
      speak: (language) => {
        this.ballots.language = language;
        this.shown = "";
        this.draw(this.live.state, false);
        part(this.area, `[data-language="${language}"]`)?.focus();
      },
    });
  }

  private retract({ round }: Found): void {
    this.changing = false;
    this.live.vote(round.id, null);
    this.draw(this.live.state, false);
    this.notice(this.phrases.retracted ?? "");
    part(this.area, "[tabindex='-1']")?.focus({ preventScroll: true });
  }

  /** The wording this person chose for the evening, the page's own otherwise. */
  private get language(): string {
    const page = document.documentElement.lang.startsWith("en") ? "en" : "de";
    return this.ballots.language || page;
  }

  private refused(round: number, refusal: Refusal): void {
    const counts = this.ballots.of(round) !== null;
    const words: Record<string, string | undefined> = {
      round_closed: counts ? this.words.refusedChange : this.words.refusedLate,
      already_voted: this.words.refusedTwice,
      conflict: this.words.refusedTwice,
      not_eligible: this.words.refusedSeat,
      unauthenticated: this.words.refusedSeat,
    };
    this.notice(words[refusal.code] ?? this.words.refusedOther ?? "");
  }

  private notice(text: string): void {
    const note = part(this.root, "[data-notice]");
    if (note) {
      note.hidden = text === "";
      fill(note, { notice: text });
      if (text) {
        this.announcer.say(text);
      }
    }
  }

  /** A slow phone may have been tapped before this script ran. */
  private keepEarlyTaps(): void {
    const form = part<HTMLFormElement>(this.area, "[data-ballot]");
    const round = Number(form && new FormData(form).get("round"));
    if (form && round && isTouched(form)) {
      this.ballots.keepDraft(round, entriesIn(form));
    }
    const asked = new URLSearchParams(location.search);
    this.changing = asked.has("aendern");
    const language = asked.get("sprache");
    if (language) {
      this.ballots.language = language;
    }
  }
}

const root = liveRoot();
const area = root && part(root, "[data-stage]");
if (root && area) {
  new VotePage(root, area).start();
}
