/** Invented voters of a rehearsal come one after the other, as in a hall. */

const PARTS = 10;
const PAUSE_MS = 700;

export function bringVoters(form: HTMLFormElement, count: number): void {
  const url = form.dataset.voters ?? "";
  const csrf = form.querySelector<HTMLInputElement>("[name=csrfmiddlewaretoken]")?.value ?? "";
  const each = Math.ceil(count / PARTS);
  const send = async (left: number): Promise<void> => {
    if (left <= 0) {
      return;
    }
    const answer = await fetch(url, {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-CSRFToken": csrf },
      body: JSON.stringify({ count: Math.min(each, left) }),
    });
    // Closed meanwhile: the others stay at home.
    if (answer.ok) {
      setTimeout(() => void send(left - each), PAUSE_MS);
    }
  };
  void send(count);
}
