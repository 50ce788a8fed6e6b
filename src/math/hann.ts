/**
 * Symmetric Hann low-pass, sampled from the continuous window so that any rate gives the same shape in time.
 * @param widthS full width of the window [s]
 * @param rateHz sampling rate [Hz]
 * @returns taps of odd count, sum 1; the delay is (count - 1) / 2 samples
 */
export function hannTaps(widthS: number, rateHz: number): Float64Array {
  const half = Math.max(0, Math.ceil((widthS / 2) * rateHz - 1e-9) - 1);
  const taps = new Float64Array(2 * half + 1);
  let sum = 0;
  for (let k = -half; k <= half; k++) {
    const c = Math.cos((Math.PI * k) / (rateHz * widthS));
    taps[k + half] = c * c;
    sum += c * c;
  }
  for (let k = 0; k < taps.length; k++) taps[k] = taps[k]! / sum;
  return taps;
}
