/** Most samples a frame may unfold to: a count byte a block and a few blocks a frame, far above what a sensor sends. */
export const MAX_DELTA_SAMPLES = 512;

/**
 * Unfolds a delta-compressed frame of Polar's measurement data (three signed 16-bit channels): a reference sample, then
 * blocks of `[bits, count, count x 3 deltas packed least significant bit first, filled up to a byte]`.
 * @param out x0 y0 z0 x1 ... in counts; holds 3 * {@link MAX_DELTA_SAMPLES}
 * @returns how many samples, or 0 where the bytes don't add up
 */
export function unfoldDeltas(bytes: Uint8Array, from: number, out: Float64Array): number {
  if (bytes.length < from + 6) return 0;
  for (let channel = 0; channel < 3; channel++) {
    const raw = bytes[from + 2 * channel]! | (bytes[from + 2 * channel + 1]! << 8);
    out[channel] = raw >= 0x8000 ? raw - 0x10000 : raw;
  }
  let count = 1;
  let at = from + 6;
  while (at < bytes.length) {
    const bits = bytes[at]!;
    const samples = bytes[at + 1];
    if (samples === undefined || samples === 0 || bits === 0 || bits > 16) return 0;
    const blockBytes = Math.ceil((bits * samples * 3) / 8);
    if (at + 2 + blockBytes > bytes.length || count + samples > MAX_DELTA_SAMPLES) return 0;
    let bit = 8 * (at + 2);
    for (let i = 0; i < 3 * samples; i++, bit += bits) {
      const here = 3 * count + i;
      out[here] = out[here - 3]! + signedBits(bytes, bit, bits);
    }
    count += samples;
    at += 2 + blockBytes;
  }
  return count;
}

function signedBits(bytes: Uint8Array, bit: number, bits: number): number {
  const at = bit >> 3;
  // 16 bits that begin within a byte span at most three.
  const three = bytes[at]! | ((bytes[at + 1] ?? 0) << 8) | ((bytes[at + 2] ?? 0) << 16);
  const value = (three >> (bit & 7)) & ((1 << bits) - 1);
  return value >= 1 << (bits - 1) ? value - (1 << bits) : value;
}
