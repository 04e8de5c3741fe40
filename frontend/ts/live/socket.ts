/**
 * The connection of a page to its live session: hello, recovery, heartbeat, and the way round over
 * REST where websockets are blocked. It knows no element of the page.
 */

import { around, reconnectDelay } from "./backoff";
import { HttpDoor } from "./http";
import {
  BANNED_CLOSE,
  ENDED_CLOSE,
  encodeFrame,
  FINAL_CLOSES,
  type OwnBallot,
  parseFrame,
  type Refusal,
  type Role,
  refusalOf,
  type ServerFrame,
  type Snapshot,
  type Value,
  type Welcome,
} from "./protocol";
import { aheadOf, type LiveState, NOTHING_YET, received, welcomed } from "./state";
import { Timers } from "./timers";
import type { Link, Listener, SocketLike, Wiring } from "./wiring";

export const PING_MS = 25_000;
export const ANSWER_MS = 10_000;
export const RETRY_BALLOT_MS = 2_000;
/** Attempts that never reached a `welcome` before REST takes over, on a page that had one before:
 * a server that starts again is not asked by all its phones at once. */
export const BLOCKED_AFTER = 3;
/** A fresh page asks over REST at the first that fails, or when none has opened for so long. */
export const FIRST_POLL_MS = 4_000;

export class LiveSocket {
  state: LiveState = NOTHING_YET;
  link: Link = "connecting";
  /** The code of the last close: it says why a page may not come back. */
  closedWith = 0;

  private socket: SocketLike | null = null;
  private attempt = 0;
  private lastId = 0;
  /** The hello that waits for its welcome. */
  private helloId = "";
  private welcomedOnce = false;
  private isFresh = true;
  private polling = false;
  private readonly sent = new Map<string, readonly [number, OwnBallot]>();
  private readonly asked = new Map<
    string,
    (refusal: Refusal | null, d: ServerFrame["d"]) => void
  >();
  private readonly timers = new Timers();
  private readonly http: HttpDoor;

  constructor(
    private readonly wiring: Wiring,
    private readonly listener: Listener,
  ) {
    this.http = new HttpDoor(wiring.restUrl, wiring.fetch, wiring.ballots, wiring.role);
  }

  get role(): Role {
    return this.wiring.role;
  }

  start(): void {
    this.connect();
    this.timers.after("poll", FIRST_POLL_MS, () => this.poll());
  }

  /** Start from the picture the page came with, until the server's own arrives. */
  showFirst(snapshot: Snapshot): void {
    this.state = { ...NOTHING_YET, ahead: aheadOf(snapshot.now, Date.now()), snapshot };
  }

  /** Try at once: the phone came back to the page, or to the network. */
  wake(): void {
    if (this.link === "stopped") {
      return;
    }
    if (this.socket === null) {
      this.attempt = 0;
      this.connect();
    } else if (this.link === "online") {
      this.ping();
    }
  }

  /** Keep the ballot and send it until it is acknowledged; null takes it back. */
  vote(round: number, value: Value | null): void {
    this.wiring.ballots?.cast(round, value);
    this.deliver();
  }

  /** A facilitator's command. Resolves with null once done, with the refusal otherwise. */
  async command(t: string, d: object): Promise<Refusal | null> {
    return (await this.request(t, d)).refusal;
  }

  /** As `command`, for anyone; `d` is what the ack says. */
  request(t: string, d: object): Promise<{ refusal: Refusal | null; d: ServerFrame["d"] }> {
    if (this.link === "polling") {
      return this.http.say(t, d);
    }
    if (this.link !== "online") {
      return Promise.resolve({ refusal: { code: "offline", retry: true }, d: {} });
    }
    return new Promise((resolve) => {
      this.asked.set(this.send(t, d), (refusal, answer) => resolve({ refusal, d: answer }));
      this.expectAnswer();
    });
  }

  // --- Socket -------------------------------------------------------------------------------------

  private connect(): void {
    this.timers.stop("reconnect");
    const socket = this.wiring.open(this.wiring.socketUrl);
    this.socket = socket;
    this.welcomedOnce = false;
    socket.onopen = () => this.hello(true);
    socket.onmessage = (event) => {
      if (this.socket === socket && typeof event.data === "string") {
        this.hear(event.data);
      }
    };
    socket.onclose = (event) => {
      if (this.socket === socket) {
        this.closed(event.code);
      }
    };
    this.timers.after("answer", ANSWER_MS, () => this.drop());
  }

  /** `resume` asks for the missed events; without it the server sends the whole snapshot. */
  private hello(resume: boolean): void {
    const { epoch, seq } = this.state;
    const token = this.wiring.ballots?.token;
    this.helloId = this.send("hello", {
      ...(this.wiring.role === "voter" ? {} : { role: this.wiring.role }),
      ...(token ? { token } : {}),
      ...(resume && epoch ? { epoch, seq } : {}),
    });
    this.expectAnswer();
  }

  private hear(data: string): void {
    const frame = parseFrame(data);
    if (frame === null) {
      return;
    }
    this.timers.stop("answer");
    if (frame.t === "welcome") {
      this.welcome(frame.d as unknown as Welcome);
    } else if (frame.t === "ack" || frame.t === "error") {
      this.answered(frame);
    } else {
      this.step(frame);
    }
  }

  private welcome(welcome: Welcome): void {
    const { ballots } = this.wiring;
    if (welcome.token && ballots?.token && ballots.token !== welcome.token) {
      this.hello(false); // meanwhile REST took a seat, which may have voted
      return;
    }
    this.attempt = 0;
    this.helloId = "";
    this.welcomedOnce = true;
    this.isFresh = false;
    this.state = welcomed(this.state, welcome, Date.now());
    this.timers.stop("poll");
    this.http.forget();
    if (ballots && welcome.token) {
      ballots.token = welcome.token;
    }
    if (welcome.snapshot) {
      ballots?.settle(welcome.snapshot);
    }
    this.sent.clear();
    this.is("online");
    this.timers.after("ping", PING_MS, () => this.ping());
    this.listener.changed(this.state, null);
    this.deliver();
    if (this.state.snapshot === null) {
      // Polling brought another picture while the server went on from the one before.
      this.hello(false);
    }
  }

  private step(frame: ServerFrame): void {
    const { state, gap } = received(this.state, frame);
    this.state = frame.t === "pong" ? { ...state, ahead: aheadOf(frame.d.now, Date.now()) } : state;
    if (gap && !this.helloId) {
      this.hello(false);
    } else if (!gap) {
      this.listener.changed(this.state, frame);
    }
  }

  private closed(code: number): void {
    this.socket = null;
    this.closedWith = code;
    this.helloId = "";
    this.timers.stop("answer", "ping", "hello");
    for (const resolve of this.asked.values()) {
      resolve({ code: "offline", retry: true }, {});
    }
    this.asked.clear();
    if (FINAL_CLOSES.has(code)) {
      this.timers.stopAll();
      this.is("stopped");
      if (code === ENDED_CLOSE) {
        void this.pollOnce();
      }
      return;
    }
    this.attempt += 1;
    const blocked = !this.welcomedOnce && this.attempt >= BLOCKED_AFTER;
    if (this.isFresh && this.attempt === 1 && this.link === "connecting") {
      this.poll();
    } else if (blocked && !this.polling && !this.timers.has("poll")) {
      this.poll();
    } else if (this.link !== "polling" && !this.polling) {
      this.is("offline");
    }
    this.timers.after("reconnect", reconnectDelay(this.attempt, this.wiring.random), () =>
      this.connect(),
    );
  }

  /** The server is silent: act as if the connection were gone, whatever the browser believes. */
  private drop(code = 1006): void {
    const { socket } = this;
    if (socket) {
      socket.onclose = null;
      socket.close();
    }
    if (socket || FINAL_CLOSES.has(code)) {
      this.closed(code);
    }
  }

  // --- Ballots ------------------------------------------------------------------------------------

  private deliver(): void {
    if (this.link === "polling") {
      void this.http.deliver((...answer) => this.posted(...answer));
    }
    if (this.link !== "online") {
      return;
    }
    for (const [round, own] of this.wiring.ballots?.waiting() ?? []) {
      const { ballot, version, value } = own;
      const said = { round, ballot, version };
      this.sent.set(
        value === null
          ? this.send("vote.retract", said)
          : this.send("vote.cast", { ...said, value }),
        [round, own],
      );
      this.expectAnswer();
      // Whatever else the server says: this has not been answered.
      this.timers.after("ballots", ANSWER_MS, () => this.deliver());
    }
  }

  private answered(frame: ServerFrame): void {
    const re = frame.re ?? "";
    const refusal = frame.t === "error" ? refusalOf(frame.d, frame.d.retry === true) : null;
    this.asked.get(re)?.(refusal, frame.d);
    this.asked.delete(re);
    if (refusal === null && typeof frame.d.ballot === "string") {
      this.wiring.ballots?.acknowledged(frame.d.ballot, Number(frame.d.version));
      this.listener.changed(this.state, frame);
    }
    const sent = this.sent.get(re);
    this.sent.delete(re);
    if (refusal && sent) {
      this.ballotRefused(...sent, refusal);
    } else if (refusal && re && re === this.helloId) {
      this.helloId = "";
      this.seatRefused(refusal);
    }
  }

  private ballotRefused(round: number, sent: OwnBallot, refusal: Refusal): void {
    if (refusal.retry) {
      const wait = around(RETRY_BALLOT_MS, this.wiring.random);
      this.timers.after("ballots", wait, () => this.deliver());
      return;
    }
    if (!this.wiring.ballots?.refused(round, sent, refusal)) {
      this.deliver(); // changed meanwhile: the change has an answer of its own
      return;
    }
    if (refusal.code === "banned") {
      this.drop(BANNED_CLOSE);
      return;
    }
    this.listener.refused?.(round, refusal);
    this.listener.changed(this.state, null);
    if (this.link === "online") {
      // What the server holds for this seat comes with the snapshot.
      this.hello(false);
    }
  }

  /** A seat that is no longer good is given back; the next hello asks for another. */
  private seatRefused(refusal: Refusal): void {
    const { ballots } = this.wiring;
    if (refusal.retry) {
      this.timers.after("hello", around(RETRY_BALLOT_MS, this.wiring.random), () =>
        this.hello(true),
      );
    } else if (ballots?.token) {
      ballots.token = "";
      this.hello(false);
    }
  }

  // --- REST ---------------------------------------------------------------------------------------

  private poll(): void {
    this.timers.stop("poll");
    this.polling = true;
    void this.pollOnce().then(() => {
      this.polling = false;
      if (this.link !== "online" && this.link !== "stopped") {
        this.timers.after("poll", around(this.http.pauseMs, this.wiring.random), () => this.poll());
      }
    });
  }

  private async pollOnce(): Promise<void> {
    const snapshot = await this.http.snapshot();
    if (this.link === "online" || this.closedWith === BANNED_CLOSE) {
      return;
    }
    if (this.link !== "stopped") {
      this.is(snapshot ? "polling" : "offline");
    }
    if (snapshot && snapshot !== "same") {
      // Epoch and seq stay empty: a socket that opens again asks for the whole picture.
      this.showFirst(snapshot);
      this.wiring.ballots?.settle(snapshot);
      this.listener.changed(this.state, null);
    }
    this.deliver();
  }

  private posted(round: number, ballot: OwnBallot, refusal: Refusal | null): void {
    if (refusal === null) {
      this.wiring.ballots?.acknowledged(ballot.ballot, ballot.version);
      this.listener.changed(this.state, null);
    } else {
      this.ballotRefused(round, ballot, refusal);
    }
  }

  // --- Small parts --------------------------------------------------------------------------------

  private ping(): void {
    this.send("ping", {});
    this.expectAnswer();
    if (this.helloId) {
      this.hello(false); // the last one was lost
    }
    this.timers.after("ping", PING_MS, () => this.ping());
  }

  private send(t: string, d: object): string {
    this.lastId += 1;
    const id = String(this.lastId);
    this.socket?.send(encodeFrame(t, id, d));
    return id;
  }

  private expectAnswer(): void {
    if (!this.timers.has("answer")) {
      this.timers.after("answer", ANSWER_MS, () => this.drop());
    }
  }

  private is(link: Link): void {
    if (this.link !== link) {
      this.link = link;
      this.listener.linked(link);
    }
  }
}
