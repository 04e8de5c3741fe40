/** The proof of work that is due where too much comes from one network: solved in a worker, then the
 * form goes off again by itself. */

export interface Solver {
  postMessage(message: unknown): void;
  onmessage: ((event: MessageEvent) => void) | null;
  onerror: ((event: ErrorEvent) => void) | null;
}

interface Solution {
  readonly counter: number;
  readonly derivedKey: string;
}

function isSolution(value: unknown): value is Solution {
  return typeof value === "object" && value !== null && "counter" in value && "derivedKey" in value;
}

/** What the server reads: the challenge and its solution, as altcha's libraries write them. */
export function payload(challenge: unknown, solution: Solution): string {
  return btoa(JSON.stringify({ challenge, solution }));
}

export function solveIn(form: HTMLFormElement, makeSolver: () => Solver): void {
  const box = form.querySelector<HTMLElement>("[data-proof]");
  const input = box?.querySelector<HTMLInputElement>("input[name=proof]");
  const status = box?.querySelector<HTMLElement>("[data-proof-status]");
  if (!(box && input && status)) return;
  const challenge: unknown = JSON.parse(box.dataset.proofChallenge ?? "null");
  const solver = makeSolver();
  const fail = () => {
    status.textContent = box.dataset.failed ?? "";
  };
  solver.onerror = fail;
  solver.onmessage = ({ data }) => {
    if (!isSolution(data)) {
      fail();
      return;
    }
    input.value = payload(challenge, data);
    status.textContent = box.dataset.solved ?? "";
    form.requestSubmit();
  };
  status.textContent = status.dataset.solving ?? "";
  solver.postMessage({ type: "work", challenge, counterStart: 0, counterStep: 1 });
}
