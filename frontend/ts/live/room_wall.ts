/** The wall's part of the room: its questions, the cards of an open question, reactions. */

import { giveTheRest, runsOver, shrinkToFit } from "./fit";
import { part } from "./page";
import type { Snapshot } from "./protocol";
import { ofKind, type Said } from "./room";

/** With table cards below them, fewer questions have room. */
const QUESTIONS = 6;
const QUESTIONS_WITH_CARDS = 3;
/** So many of the quiz's list stay beside them. */
const LEADERS = 3;
/** A card with more letters is two columns wide, or as wide as the wall. */
const LONG = 100;
const VERY_LONG = 250;
/** Cards with less room than this are not worth a look. */
const LEAST_OF_CARDS = "25vh";

export class RoomOnTheWall {
  private readonly answers = new CardWall();
  private readonly cards = new CardWall();
  private given: readonly Said[] = [];

  constructor(private readonly root: HTMLElement) {}

  draw(snapshot: Snapshot): void {
    const shown = (kind: Said["kind"]) =>
      ofKind(snapshot.room, kind).filter(({ state }) => state === "shown");
    const cards = shown("card");
    const all = shown("question");
    const asked = all.slice(0, cards.length ? QUESTIONS_WITH_CARDS : QUESTIONS);
    const something = asked.length + cards.length > 0;
    part(this.root, "[data-wall-room]")?.toggleAttribute("hidden", !something);
    part(this.root, "[data-wall-calm]")?.toggleAttribute("hidden", something);
    part(this.root, "[data-wall-list]")?.replaceChildren(...asked.map(question));
    this.given = shown("answer").filter(({ round }) => round === snapshot.focus);
    const screen = part(this.root, "[data-screen=between]");
    if (screen && !screen.hidden) {
      this.fit(screen, cards, something, all.length - asked.length);
    }
  }

  /** The cards of an open question take what `shrink` leaves of its screen. */
  fitAnswers(shrink: () => void): void {
    const screen = part(this.root, "[data-screen=question]");
    const list = part(this.root, "[data-cards=answer]");
    if (screen && list) {
      list.style.setProperty("--rest", "0px");
      shrink();
      list.hidden = this.given.length === 0;
      giveTheRest(screen, list);
      this.answers.draw(list, this.given);
    }
  }

  private fit(screen: HTMLElement, cards: readonly Said[], beside: boolean, waiting: number): void {
    const leaders = [...screen.querySelectorAll<HTMLElement>("[data-leaders] li")];
    for (const leader of beside ? leaders.splice(LEADERS) : []) {
      leader.remove();
    }
    const asked = [...screen.querySelectorAll<HTMLElement>("[data-wall-list] > li")];
    const table = part(screen, "[data-cards=card]");
    if (table) {
      table.hidden = cards.length === 0;
      table.style.setProperty("--rest", LEAST_OF_CARDS);
      shrinkToFit(screen, { waiting });
      table.hidden ||= asked.length > 0 && runsOver(screen);
    }
    if (!table || table.hidden) {
      // Whatever is long takes the place of what is below it: what stands on the wall is whole.
      const rows = [...leaders.slice(LEADERS).reverse(), ...asked.slice(1).reverse()];
      const list = part(screen, "[data-leaders]:not([hidden])");
      if (list && asked.length > 0) {
        rows.push(list);
      }
      shrinkToFit(screen, { rows, waiting });
    } else {
      giveTheRest(screen, table);
      this.cards.draw(table, cards);
    }
  }
}

function question(said: Said): HTMLElement {
  const row = document.createElement("li");
  row.toggleAttribute("data-pinned", said.pinned);
  const votes = document.createElement("span");
  votes.className = "mw-wall__votes mw-number";
  votes.textContent = String(said.votes);
  const text = document.createElement("span");
  text.textContent = said.text;
  row.append(votes, text);
  return row;
}

/**
 * Cards stay where they are. One that is put away leaves its place to the next; when the wall is
 * full, a new card takes the place of the oldest, which comes back as soon as a place is free.
 */
export class CardWall {
  private turn = 0;
  /** Had their time on a full wall. */
  private readonly past = new Set<string>();

  draw(list: HTMLElement | null, shown: readonly Said[]): void {
    if (!list) {
      return;
    }
    const wanted = new Map(shown.map((said) => [said.id, said]));
    const known = new Set<string>();
    for (const id of this.past) {
      if (!wanted.has(id)) {
        this.past.delete(id);
      }
    }
    for (const card of cardsOn(list)) {
      const said = wanted.get(card.dataset.id ?? "");
      if (said) {
        known.add(said.id);
        write(card, said.text);
      } else {
        leave(card);
      }
    }
    list.hidden = shown.length === 0;
    if (!known.size) {
      list.replaceChildren();
      this.past.clear();
    }
    for (const said of shown) {
      if (!known.has(said.id) && !this.past.has(said.id)) {
        this.put(list, said);
      }
    }
    for (const id of [...this.past].reverse()) {
      const said = wanted.get(id);
      if (said && part(list, "[data-free]")) {
        this.past.delete(id);
        this.put(list, said);
      }
    }
    while (isTooFull(list) && list.children.length > 1) {
      this.rest(oldestOn(list)).remove();
    }
    this.fillUp(list, wanted);
  }

  /** What had to go for a long card may leave room for a short one. */
  private fillUp(list: HTMLElement, wanted: ReadonlyMap<string, Said>): void {
    for (const id of [...this.past].reverse()) {
      const said = wanted.get(id);
      if (said) {
        const card = this.cardOf(said);
        list.append(card);
        if (isTooFull(list)) {
          card.remove();
        } else {
          this.past.delete(id);
        }
      }
    }
  }

  private cardOf({ id, text }: Said): HTMLElement {
    const card = document.createElement("li");
    card.className = "mw-cards__card";
    card.dataset.id = id;
    card.dataset.turn = String(++this.turn);
    card.dataset.long = text.length > VERY_LONG ? "2" : text.length > LONG ? "1" : "0";
    write(card, text);
    return card;
  }

  private put(list: HTMLElement, said: Said): void {
    const card = this.cardOf(said);
    const free = part(list, "[data-free]");
    if (free) {
      free.replaceWith(card);
      return;
    }
    list.append(card);
    const oldest = oldestOn(list);
    if (isTooFull(list) && oldest !== card) {
      this.rest(oldest).replaceWith(card);
    }
  }

  private rest(card: HTMLElement): HTMLElement {
    this.past.add(card.dataset.id ?? "");
    return card;
  }
}

function cardsOn(list: HTMLElement): HTMLElement[] {
  return [...list.querySelectorAll<HTMLElement>("[data-id]")];
}

/** The first of those that the page came with, then by their turn. */
function oldestOn(list: HTMLElement): HTMLElement {
  const turn = (card: HTMLElement) => Number(card.dataset.turn ?? 0);
  return cardsOn(list).reduce((oldest, card) => (turn(card) < turn(oldest) ? card : oldest));
}

function write(card: HTMLElement, text: string): void {
  const span = document.createElement("span");
  span.className = "mw-cards__text";
  span.textContent = text;
  card.replaceChildren(span);
}

function isTooFull(list: HTMLElement): boolean {
  return list.scrollHeight > list.clientHeight + 1;
}

/** Its words go at once, its place stays: nothing else moves. */
function leave(card: HTMLElement): void {
  card.style.minHeight = `${card.getBoundingClientRect().height}px`;
  card.replaceChildren();
  delete card.dataset.id;
  card.dataset.free = "";
}
