/** The vote page: the question, the ballot, "counted", the result, as the evening goes on. */

import { Announcer } from "./live/announcer";
import { Ballots } from "./live/ballots";
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
  storage,
  type Words,
  worded,
} from "./live/page";
import type { Question, Refusal } from "./live/protocol";
import type { LiveSocket } from "./live/socket";
import { type Found, focusOf, type LiveState, type Stage, stageOf } from "./live/state";

type VoterStage = Stage | "sending" | "counted";

const COUNTED_BUZZ_MS = 60;
const QUESTION_BUZZ_MS = [40, 80, 40];

class VotePage {
  private readonly words: Words;
  private readonly ballots: Ballots;
  private readonly announcer: Announcer;
  private readonly area: HTMLElement;
  private readonly live: LiveSocket;
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
    this.area = area;
    this.announcer = new Announcer(part(root, "[data-polite]"));
    this.ballots = new Ballots(code, storage());
    if (seat && (eligibility !== "anyone" || !this.ballots.token)) {
      this.ballots.token = seat;
    }
    this.live = connection(root, "voter", this.ballots, {
      changed: (state, frame) => this.draw(state, frame?.t !== "tally"),
      linked: (link) => showLink(root, link),
      refused: (round, refusal) => this.refused(round, refusal),
    });
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
    if (own && own.value.options.length > 0 && !this.changing) {
      return own.counted ? "counted" : "sending";
    }
    return stage;
  }

  private draw(state: LiveState, aloud: boolean): void {
    if (!state.snapshot) {
      return;
    }
    const focus = focusOf(state.snapshot);
    if (this.round && this.round !== state.snapshot.focus) {
      this.changing = false;
    }
    this.round = state.snapshot.focus;
    const stage = this.stage(state, focus);
    const key = `${stage} ${focus?.round.id ?? ""}`;
    if (key !== this.shown) {
      const before = this.shown;
      this.shown = key;
      this.change(stage, focus);
      if (aloud && before) {
        this.tell(stage, focus);
      }
    }
    if (focus) {
      this.drawNumbers(focus);
    }
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
      fill(this.area, { question: worded(focus.question) });
      if (stage === "ballot") {
        this.prepareBallot(focus);
      }
      this.showChosen(focus);
    }
    part(this.area, "[data-change]")?.addEventListener("click", (event) => {
      event.preventDefault();
      this.changing = true;
      this.draw(this.live.state, false);
      part<HTMLInputElement>(this.area, "input:checked")?.focus();
    });
    if (hadFocus) {
      part(this.area, "[tabindex='-1']")?.focus({ preventScroll: true });
    }
  }

  private drawNumbers({ question, round }: Found): void {
    const bars = barsOf(question, round);
    const chosen = this.ballots.of(round.id)?.value.options ?? [];
    fill(this.area, { turnout: counted(this.words, "ballot", round.ballots ?? 0) });
    drawBars(this.area, round.counts ? bars : [], chosen, this.words);
    const area = part(this.area, "[data-bars-area]");
    if (area) {
      area.hidden = round.counts === null;
    }
    if (round.counts && this.area.dataset.stage !== "ballot") {
      const word = round.final ? this.words.result : this.words.standing;
      this.announce(`${word ?? ""} ${barsAsSentence(bars)}`);
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
      this.announcer.say(`${this.words.newQuestion ?? ""} ${worded(focus.question)}`);
      navigator.vibrate?.(QUESTION_BUZZ_MS);
    } else if (stage === "counting") {
      this.announcer.say(this.words.closed ?? "");
    } else if (stage === "counted") {
      navigator.vibrate?.(COUNTED_BUZZ_MS);
    }
  }

  private showChosen({ question, round }: Found): void {
    const chosen = this.ballots.of(round.id)?.value.options ?? [];
    const texts = question.options.filter(({ id }) => chosen.includes(id)).map(worded);
    fill(this.area, { chosen: texts.join(", ") });
    const area = part(this.area, "[data-chosen-area]");
    if (area) {
      area.hidden = texts.length === 0;
    }
  }

  private tick(): void {
    const { snapshot, ahead } = this.live.state;
    const round = snapshot && focusOf(snapshot)?.round;
    const clock = part(this.area, "[data-clock]");
    if (clock && round?.closes_at) {
      clock.hidden = false;
      fill(clock, { clock: remaining(round.closes_at, ahead, Date.now()) });
    }
  }

  // --- The ballot ---------------------------------------------------------------------------------

  private prepareBallot({ question, round }: Found): void {
    const form = part<HTMLFormElement>(this.area, "[data-ballot]");
    const list = part(this.area, "[data-options]");
    if (!form || !list) {
      return;
    }
    const many = question.type === "multiple";
    const chosen = this.ballots.draft(round.id) ?? this.ballots.of(round.id)?.value.options ?? [];
    list.replaceChildren(
      ...question.options.map((option) => choice(option.id, worded(option), many, chosen)),
    );
    fill(form, { hint: this.hint(question) });
    form.addEventListener("change", () => this.ballots.keepDraft(round.id, tapped(form)));
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.submit(form, { question, round });
    });
  }

  private hint(question: Question): string {
    const [low, high] = limits(question);
    const word =
      question.type !== "multiple"
        ? this.words.hintOne
        : low === high
          ? this.words.hintExact
          : this.words.hintRange;
    return (word ?? "").replace("{low}", String(low)).replace("{high}", String(high));
  }

  private submit(form: HTMLFormElement, { question, round }: Found): void {
    const options = tapped(form);
    const [low, high] = limits(question);
    if (options.length < low || options.length > high) {
      fill(form, { error: this.hint(question) });
      part(form, "[data-error]")?.removeAttribute("hidden");
      part<HTMLInputElement>(form, "input:checked, input[name=options]")?.focus();
      return;
    }
    this.changing = false;
    this.notice("");
    this.live.vote(round.id, { options });
    this.draw(this.live.state, true);
  }

  private refused(_round: number, refusal: Refusal): void {
    const words: Record<string, string | undefined> = {
      round_closed: this.words.refusedLate,
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
    if (form && round && tapped(form).length > 0) {
      this.ballots.keepDraft(round, tapped(form));
    }
    this.changing = new URLSearchParams(location.search).has("aendern");
  }
}

function limits(question: Question): readonly [number, number] {
  if (question.type !== "multiple") {
    return [1, 1];
  }
  const { min, max } = question.config;
  return [
    typeof min === "number" ? min : 1,
    typeof max === "number" ? max : question.options.length,
  ];
}

function tapped(form: HTMLFormElement): number[] {
  return new FormData(form).getAll("options").map(Number);
}

function choice(id: number, text: string, many: boolean, chosen: readonly number[]): HTMLElement {
  const label = document.createElement("label");
  label.className = "mw-choice";
  const input = document.createElement("input");
  input.type = many ? "checkbox" : "radio";
  input.name = "options";
  input.value = String(id);
  input.checked = chosen.includes(id);
  const words = document.createElement("span");
  words.textContent = text;
  label.append(input, words);
  return label;
}

const root = liveRoot();
const area = root && part(root, "[data-stage]");
if (root && area) {
  new VotePage(root, area).start();
}
