export const mean = (v: readonly number[]): number => v.reduce((a, b) => a + b, 0) / v.length;

/** Standard deviation of a sample. */
export const sd = (v: readonly number[]): number => {
  const m = mean(v);
  return Math.sqrt(v.reduce((a, x) => a + (x - m) ** 2, 0) / Math.max(1, v.length - 1));
};

/** The middle value, of an even number the upper one; NaN of nothing. */
export const median = (v: readonly number[]): number => [...v].sort((a, b) => a - b)[v.length >> 1] ?? NaN;
