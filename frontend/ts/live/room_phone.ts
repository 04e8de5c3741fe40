/** The phone's part of the room: ask, agree, write a card, react. Each is a plain form, too. */

import { forgetSent, type KeptForm, keepForm } from "./kept_form";
import { fill, part } from "./page";
import type { Snapshot } from "./protocol";
import { type OwnRoom, ofKind, ownBeside, type Said } from "./room";
import type { LiveSocket } from "./socket";

const RESTING_MS = 1000;

export class RoomOnThePhone {
  private readonly area: HTMLElement | null;
  private readonly own = new Map<string, Said>();
  private readonly agreed = new Set<string>();
  private readonly kept = new Map<HTMLFormElement, KeptForm>();
  private known: OwnRoom | undefined;

  constructor(
    root: HTMLElement,
    private readonly live: LiveSocket,
  ) {
    this.area = part(root, "[data-room]");
    forgetSent();
    for (const form of this.area?.querySelectorAll<HTMLFormElement>("form[data-write]") ?? []) {
      this.kept.set(form, keepForm(form, null));
    }
    this.area?.addEventListener("submit", (event) => this.press(event));
  }

  draw(snapshot: Snapshot): void {
    const { area } = this;
    if (!area || !snapshot.room) {
      return;
    }
    this.take(snapshot.own_room);
    const isLive = snapshot.state === "live";
    const questions = ofKind(snapshot.room, "question");
    const open = {
      qa: isLive && snapshot.room.qa !== "off",
      cards: isLive && snapshot.room.cards,
      reactions: isLive && snapshot.room.reactions,
    };
    const parts: Record<string, boolean> = {
      ...open,
      questions: open.qa || questions.length > 0,
    };
    for (const piece of area.querySelectorAll<HTMLElement>("[data-if]")) {
      piece.hidden = !parts[piece.dataset.if ?? ""];
    }
    area.hidden = !Object.values(parts).includes(true);
    this.list("[data-list='question']", "[data-room-question]", questions, (row, said) =>
      this.question(row, said, open.qa),
    );
    for (const kind of ["question", "card"] as const) {
      const mine = ownBeside(this.own.values(), snapshot.room, kind, isLive);
      this.list(`[data-own='${kind}']`, "[data-room-own]", mine, (row, said) =>
        fill(row, { text: said.text, state: this.standing(said) }),
      );
    }
  }

  /** What the server knows of this seat; its agreement is told at the start alone. */
  private take(own: OwnRoom | undefined): void {
    if (own && own.upvotes !== this.known?.upvotes) {
      this.agreed.clear();
      for (const id of own.upvotes) {
        this.agreed.add(id);
      }
    }
    if (own && own.items !== this.known?.items) {
      for (const said of own.items) {
        this.own.set(said.id, said);
      }
    }
    this.known = own;
  }

  /** Rows stay where they are in the page, so that focus and a tap under way are not lost. */
  private list(
    place: string,
    template: string,
    wanted: readonly Said[],
    show: (row: HTMLElement, said: Said) => void,
  ): void {
    const list = this.area && part(this.area, place);
    const source = this.area && part<HTMLTemplateElement>(this.area, `template${template}`);
    if (!list || !source) {
      return;
    }
    const rows = new Map([...list.children].map((row) => [(row as HTMLElement).dataset.id, row]));
    wanted.forEach((said, index) => {
      const row = (rows.get(said.id) ?? source.content.firstElementChild?.cloneNode(true)) as
        | HTMLElement
        | undefined;
      rows.delete(said.id);
      if (row) {
        row.dataset.id = said.id;
        show(row, said);
        if (list.children[index] !== row) {
          list.insertBefore(row, list.children[index] ?? null);
        }
      }
    });
    for (const row of rows.values()) {
      row.remove();
    }
  }

  private question(row: HTMLElement, said: Said, isOpen: boolean): void {
    const words = this.area?.dataset.agree ?? "{text}";
    fill(row, {
      text: said.text,
      votes: String(said.votes),
      agree: words.replace("{text}", said.text),
    });
    row.toggleAttribute("data-pinned", said.pinned);
    const marks = { pinned: said.pinned, answered: said.state === "answered" };
    for (const [name, on] of Object.entries(marks)) {
      part(row, `[data-mark='${name}']`)?.toggleAttribute("hidden", !on);
    }
    const agreed = this.agreed.has(said.id);
    const button = part<HTMLButtonElement>(row, "button");
    if (button) {
      button.setAttribute("aria-pressed", String(agreed));
      button.disabled = !isOpen || said.state === "answered";
    }
    const action = part<HTMLInputElement>(row, "[name=action]");
    const id = part<HTMLInputElement>(row, "[name=id]");
    if (action && id) {
      action.value = agreed ? "disagree" : "agree";
      id.value = said.id;
    }
  }

  private standing(said: Said): string {
    const { became = "", waiting, putAway, answered, shown } = this.area?.dataset ?? {};
    if (said.idea) {
      return became.replace("{reference}", said.idea);
    }
    const words = { pending: waiting, archived: putAway, answered, shown };
    return words[said.state] ?? "";
  }

  private press(event: SubmitEvent): void {
    const form = event.target as HTMLFormElement;
    if (this.live.link === "connecting" || this.live.link === "stopped") {
      return; // the plain form does it; without a network it would lose the page
    }
    event.preventDefault();
    if (form.dataset.react) {
      this.react(form, form.dataset.react);
    } else if (form.dataset.agree !== undefined) {
      this.agree(form);
    } else if (form.dataset.write) {
      this.write(form, form.dataset.write as "question" | "card");
    }
  }

  private react(form: HTMLFormElement, kind: string): void {
    form.dataset.done = "";
    void this.live.command("react", { kind }).then((refusal) => {
      if (refusal) {
        delete form.dataset.done;
      }
    });
    setTimeout(() => delete form.dataset.done, RESTING_MS);
  }

  private agree(form: HTMLFormElement): void {
    const data = new FormData(form);
    const id = String(data.get("id"));
    const up = data.get("action") === "agree";
    this.mark(id, up);
    void this.live.command("qa.upvote", { id, up }).then((refusal) => {
      if (refusal) {
        this.mark(id, !up);
      }
    });
  }

  private mark(id: string, up: boolean): void {
    if (up) {
      this.agreed.add(id);
    } else {
      this.agreed.delete(id);
    }
    this.redraw();
  }

  private write(form: HTMLFormElement, kind: "question" | "card"): void {
    const words = this.area?.dataset ?? {};
    const place = part<HTMLTextAreaElement>(form, "textarea");
    const key = part<HTMLInputElement>(form, "[name=id]");
    const text = place?.value.trim() ?? "";
    if (!place || !key || !text) {
      this.say(form, words.emptyText);
      place?.focus();
      return;
    }
    const consent = part<HTMLInputElement>(form, "[name=consent]")?.checked ?? false;
    const id = key.value;
    void this.live.request("qa.ask", { id, kind, text, consent }).then(({ refusal, d }) => {
      if (refusal) {
        this.kept.get(form)?.keep();
        this.say(form, refusal.code === "rate_limited" ? words.tooMany : words.failed);
        return;
      }
      const state = d.state as Said["state"];
      const more = { round: null, pinned: false, votes: 0, at: null, idea: null };
      this.own.set(id, { id, kind, text, state, ...more });
      key.value = crypto.randomUUID?.() ?? drawn();
      form.reset();
      this.kept.get(form)?.forget();
      this.say(form, state === "pending" ? words.keptWaiting : words.kept);
      this.redraw();
    });
  }

  private say(form: HTMLFormElement, words: string | undefined): void {
    const place = part(form, "[data-said]");
    if (place) {
      place.textContent = words ?? "";
    }
  }

  private redraw(): void {
    if (this.live.state.snapshot) {
      this.draw(this.live.state.snapshot);
    }
  }
}

/** A version 4 UUID where the browser draws none: pages without TLS. */
function drawn(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return [8, 12, 16, 20, 32].map((end, n) => hex.slice([0, 8, 12, 16, 20][n], end)).join("-");
}
