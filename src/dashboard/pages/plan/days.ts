/** A day of the calendar where the page is, as the plan keeps it: YYYY-MM-DD. */
export function dayOf(at: Date): string {
  const two = (n: number) => String(n).padStart(2, '0');
  return `${String(at.getFullYear())}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
}

/** The seven days that end with this one, oldest first; noon, so that no change of the clock moves a day. */
export function lastSevenDays(now: Date): Date[] {
  return Array.from({ length: 7 }, (_, i) => new Date(now.getFullYear(), now.getMonth(), now.getDate() - 6 + i, 12));
}
