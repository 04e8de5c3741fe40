/** The address that was perhaps meant; the same rule as `suggest_email` on the server. */

/** One letter too many, too few, wrong, or two in the wrong order. */
export function isOneSlip(typed: string, meant: string): boolean {
  let start = 0;
  while (start < Math.min(typed.length, meant.length) && typed[start] === meant[start]) start += 1;
  const rest = typed.slice(start);
  const wanted = meant.slice(start);
  const swapped = `${rest[1] ?? ""}${rest[0] ?? ""}`;
  return (
    rest.slice(1) === wanted.slice(1) ||
    rest.slice(1) === wanted ||
    rest === wanted.slice(1) ||
    (swapped === wanted.slice(0, 2) && rest.slice(2) === wanted.slice(2))
  );
}

export function suggestion(address: string, domains: string[]): string {
  const typed = address.trim().toLowerCase();
  const at = typed.lastIndexOf("@");
  const domain = typed.slice(at + 1);
  if (at < 1 || domains.includes(domain)) return "";
  const meant = domains.find((known) => isOneSlip(domain, known));
  return meant ? `${typed.slice(0, at)}@${meant}` : "";
}
