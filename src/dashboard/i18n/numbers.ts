import { currentLanguage } from './language.svelte.ts';

/** Thin space before a unit; none before a degree sign. */
const THIN = '\u2009';

const trueMinus = (text: string): string => text.replace('-', '\u2212');

/** A number in the page's language with fixed decimals. */
export function fixed(value: number, decimals = 0): string {
  return trueMinus(
    new Intl.NumberFormat(currentLanguage(), {
      minimumFractionDigits: decimals,
      maximumFractionDigits: decimals,
    }).format(Object.is(Number(value.toFixed(decimals)), -0) ? 0 : value),
  );
}

/** With its sign always shown; what rounds to zero has none. */
export function signed(value: number, decimals = 1): string {
  const text = fixed(value, decimals);
  return Number(value.toFixed(decimals)) > 0 ? `+${text}` : text;
}

/** `8.3°`, or a dash where it is not known. */
export const degrees = (value: number | null | undefined, decimals = 1): string =>
  value === null || value === undefined ? '\u2013' : `${fixed(value, decimals)}°`;
export const signedDegrees = (value: number, decimals = 1): string => `${signed(value, decimals)}°`;

/** `0.72 s`; a dash where it is not known. */
export const withUnit = (value: number | null | undefined, unit: string, decimals = 0): string =>
  value === null || value === undefined ? '\u2013' : `${fixed(value, decimals)}${THIN}${unit}`;

/** `1:18:24` or `4:07`: a walk's clock. */
export function clock(seconds: number): string {
  const s = Math.max(0, Math.floor(seconds));
  const two = (n: number) => String(n).padStart(2, '0');
  const hours = Math.floor(s / 3600);
  const minutes = Math.floor(s / 60) % 60;
  return hours > 0 ? `${String(hours)}:${two(minutes)}:${two(s % 60)}` : `${String(minutes)}:${two(s % 60)}`;
}

const dateTime = (options: Intl.DateTimeFormatOptions, at: string | number | Date): string =>
  new Intl.DateTimeFormat(currentLanguage(), options).format(new Date(at));

export const longDate = (at: string): string =>
  dateTime({ weekday: 'long', day: 'numeric', month: 'long', year: 'numeric', hour: '2-digit', minute: '2-digit' }, at);
export const shortDate = (at: string | number | Date): string => dateTime({ day: 'numeric', month: 'short' }, at);
export const mediumDate = (at: string | number | Date): string =>
  dateTime({ weekday: 'short', day: 'numeric', month: 'short', year: 'numeric' }, at);
export const timeOfDay = (at: string | number | Date): string => dateTime({ hour: '2-digit', minute: '2-digit' }, at);
export const monthName = (at: Date): string => dateTime({ month: 'long', year: 'numeric' }, at);
export const weekdayName = (at: Date): string => dateTime({ weekday: 'narrow' }, at);

/** `12.4 MB` */
export function bytes(count: number): string {
  const units = ['B', 'kB', 'MB', 'GB'];
  let value = count;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  return withUnit(value, units[unit] ?? 'B', unit > 1 ? 1 : 0);
}
