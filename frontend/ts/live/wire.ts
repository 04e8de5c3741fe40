/** A page on a wire, for the tests: both ends are in their hand. */

import { Ballots } from "./ballots";
import { snapshotWith } from "./evening";
import type { Refusal } from "./protocol";
import { LiveSocket } from "./socket";
import type { Link, SocketLike } from "./wiring";

/** The other end of the wire, in the test's hand. */
export class Wire implements SocketLike {
  onopen: (() => void) | null = null;
  onmessage: ((event: { data: unknown }) => void) | null = null;
  onclose: ((event: { code: number }) => void) | null = null;
  readonly heard: { t: string; id: string; d: Record<string, unknown> }[] = [];

  send(data: string): void {
    this.heard.push(JSON.parse(data));
  }

  close(): void {
    this.onclose?.({ code: 1000 });
  }

  say(frame: object): void {
    this.onmessage?.({ data: JSON.stringify({ v: 1, ...frame }) });
  }

  last(t: string) {
    return this.heard.filter((frame) => frame.t === t).at(-1);
  }

  welcome(seq = 41, own = {}): void {
    const d = { epoch: "e1", seq, now: "2026-11-22T18:00:00Z", role: "voter", token: "seat-1" };
    this.say({
      t: "welcome",
      re: this.last("hello")?.id,
      d: { ...d, snapshot: snapshotWith({}, own) },
    });
  }
}

export type Answer = object | null | Promise<object>;

export function evening(answer: (url: string, init: RequestInit) => Answer = () => null) {
  const wires: Wire[] = [];
  const links: Link[] = [];
  const refusals: [number, Refusal][] = [];
  let made = 0;
  const ballots = new Ballots("AB7K3M", null, () => {
    made += 1;
    return `u${made}`;
  });
  const live = new LiveSocket(
    {
      socketUrl: "ws://test/ws/live/AB7K3M/",
      restUrl: "/api/v1/live/AB7K3M/",
      role: "voter",
      ballots,
      open: () => {
        const wire = new Wire();
        wires.push(wire);
        return wire;
      },
      fetch: (async (url: string, init: RequestInit) => {
        const body = await answer(url, init);
        if (body === null) {
          throw new TypeError("no network");
        }
        return body instanceof Response ? body : Response.json(body);
      }) as typeof fetch,
      random: () => 0,
    },
    {
      changed: () => undefined,
      linked: (link) => links.push(link),
      refused: (round, refusal) => refusals.push([round, refusal]),
    },
  );
  live.start();
  const wire = (): Wire => {
    const newest = wires.at(-1);
    if (!newest) {
      throw new Error("no connection was opened");
    }
    return newest;
  };
  return { live, ballots, wires, wire, links, refusals };
}
