import { describe, expect, it, vi } from "vitest";
import { type Solver, solveIn } from "./proof";

const CHALLENGE = { parameters: { nonce: "aa" }, signature: "bb" };

function page(): { form: HTMLFormElement; sent: ReturnType<typeof vi.fn>; said: () => string } {
  document.body.innerHTML = `<form><div data-proof data-solved="Geschafft" data-failed="Ging nicht">
    <input type="hidden" name="proof"><p data-proof-status data-solving="Rechnet"></p></div></form>`;
  const form = document.querySelector("form") as HTMLFormElement;
  const box = form.querySelector("[data-proof]") as HTMLElement;
  box.dataset.proofChallenge = JSON.stringify(CHALLENGE);
  const sent = vi.fn();
  form.requestSubmit = sent;
  return { form, sent, said: () => form.querySelector("p")?.textContent ?? "" };
}

function solver(): Solver & { asked: unknown[] } {
  const asked: unknown[] = [];
  return { asked, postMessage: (message) => asked.push(message), onmessage: null, onerror: null };
}

describe("the proof of work", () => {
  it("is solved and sent with the form", () => {
    const { form, sent, said } = page();
    const one = solver();
    solveIn(form, () => one);
    expect(said()).toBe("Rechnet");
    expect(one.asked).toEqual([
      { type: "work", challenge: CHALLENGE, counterStart: 0, counterStep: 1 },
    ]);
    one.onmessage?.(
      new MessageEvent("message", { data: { counter: 7, derivedKey: "00", time: 1 } }),
    );
    const value = form.querySelector("input")?.value ?? "";
    expect(JSON.parse(atob(value))).toMatchObject({
      challenge: CHALLENGE,
      solution: { counter: 7 },
    });
    expect([said(), sent.mock.calls.length]).toEqual(["Geschafft", 1]);
  });

  it("says so where the device cannot", () => {
    const { form, sent, said } = page();
    const one = solver();
    solveIn(form, () => one);
    one.onmessage?.(new MessageEvent("message", { data: { error: "no" } }));
    expect([said(), sent.mock.calls.length]).toEqual(["Ging nicht", 0]);
  });

  it("starts nothing on a page without a challenge", () => {
    document.body.innerHTML = "<form></form>";
    const make = vi.fn();
    solveIn(document.querySelector("form") as HTMLFormElement, make);
    expect(make).not.toHaveBeenCalled();
  });
});
