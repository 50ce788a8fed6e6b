const DIGIT_0 = 48;
const DIGIT_9 = 57;
const POINT = 46;
const COMMA = 44;
export type DecimalPoint = typeof POINT | typeof COMMA;
const POWERS_OF_TEN = Float64Array.from({ length: 23 }, (_, i) => Number(`1e${i}`));
/** A mantissa of up to 15 digits and a power of ten up to 22 are exact doubles: one division rounds correctly. */
const EXACT_DIGITS = 15;

/**
 * The number written in bytes `from` to `to`: exactly what `Number` makes of the text, several times faster for plain
 * decimals. NaN where it is none (an empty field is none).
 * @param point the byte before the decimals: half of Europe writes a comma
 */
export function parseNumber(bytes: Uint8Array, from: number, to: number, point: DecimalPoint = POINT): number {
  let at = from;
  const first = bytes[at];
  const negative = first === 45;
  if (negative || first === 43) at++;
  let mantissa = 0;
  let digits = 0;
  let decimals = -1;
  for (; at < to; at++) {
    const byte = bytes[at]!;
    if (byte >= DIGIT_0 && byte <= DIGIT_9) {
      mantissa = mantissa * 10 + (byte - DIGIT_0);
      digits++;
      if (decimals >= 0) decimals++;
    } else if (byte === point && decimals < 0) decimals = 0;
    else return parseSlowly(bytes, from, to, point);
  }
  if (digits === 0) return parseSlowly(bytes, from, to, point);
  if (digits > EXACT_DIGITS) return parseSlowly(bytes, from, to, point);
  const value = decimals > 0 ? mantissa / POWERS_OF_TEN[decimals]! : mantissa;
  return negative ? -value : value;
}

function parseSlowly(bytes: Uint8Array, from: number, to: number, point: DecimalPoint): number {
  let text = '';
  for (let i = from; i < to && i < from + 64; i++)
    text += point === COMMA && bytes[i] === COMMA ? '.' : String.fromCharCode(bytes[i]!);
  text = text.replace(/^ *"|" *$/g, '').trim();
  // Number() would read an empty field as 0 and 0x10 as 16.
  return /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/.test(text) ? Number(text) : NaN;
}

/** The decimal point of the number in bytes `from` to `to`; undefined where it has none. */
export function decimalPointIn(bytes: Uint8Array, from: number, to: number): DecimalPoint | undefined {
  for (let at = from; at < to; at++) {
    const byte = bytes[at];
    if (byte === POINT || byte === COMMA) return byte;
  }
  return undefined;
}
