/** What a QR code or the keyboard said, in the shape the scans API takes. */

export type Reading =
  | { readonly secret: string }
  | { readonly code: string }
  /** People without a booking, by the uuid under which this device let them in. */
  | { readonly walk_in: string };

/** The API refuses longer secrets; a foreign QR code is cut, and then unknown as it should be. */
const LONGEST = 128;

/** Six characters without look-alikes: a booking code, as `participation/secrets.py` makes them. */
const CODE = /^[34679ACDEFGHJKMNPQRTWXY]{6}$/;
const TICKET_PATH = /^\/t\/([A-Za-z0-9_-]+)\/?$/;
const BOOKING_PATH = /^\/buchung\/([A-Za-z0-9]{6})\//;

/**
 * A ticket's address, a booking's address, a bare secret or a booking code.
 * Anything else is passed on as a secret, so that the server says that it does not know it.
 */
export function parseContent(content: string): Reading | null {
  const text = content.trim();
  if (text === "") return null;
  const path = pathOf(text);
  if (path !== null) {
    const ticket = TICKET_PATH.exec(path)?.[1];
    if (ticket !== undefined) return { secret: ticket.slice(0, LONGEST) };
    const booking = BOOKING_PATH.exec(path)?.[1];
    if (booking !== undefined) return { code: booking.toUpperCase() };
    return { secret: text.slice(0, LONGEST) };
  }
  const code = text.toUpperCase().replace(/[\s-]/g, "");
  if (CODE.test(code)) return { code };
  return { secret: text.slice(0, LONGEST) };
}

/** What tells one reading from another, whatever spelling it came in. */
export function identity(reading: Reading): string {
  return JSON.stringify(reading);
}

function pathOf(text: string): string | null {
  if (!/^https?:\/\//i.test(text)) return null;
  try {
    return new URL(text).pathname;
  } catch {
    return null;
  }
}
