/**
 * The sealed order of a trial of pairs: a fair coin for each block, drawn once at the start. Balance is not forced: with three
 * of each kind forced, the smallest p would be 1/20.
 */
export type Arm = 'A' | 'B';

/** mulberry32: 32-bit state, enough for coins; the same seed gives the same order for ever. */
function coin(seed: number): () => boolean {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) & 0x80000000) !== 0;
  };
}

/**
 * @param seed 32-bit seed, stored sealed
 * @param blocks how many (6, or 8 with the extension; the first 6 are the same)
 * @returns one pair of arms a block, in the order of its two walks
 */
export function trialOrder(seed: number, blocks: number): readonly (readonly [Arm, Arm])[] {
  const heads = coin(seed);
  return Array.from({ length: blocks }, () => (heads() ? (['A', 'B'] as const) : (['B', 'A'] as const)));
}

/** When a before/after trial begins: after so many baseline walks, drawn from the next six. */
export function strengthStart(seed: number, baselineWalks = 6): number {
  const heads = coin(seed);
  // Six outcomes from three coins, thrown again for the two that are over.
  for (;;) {
    const value = (heads() ? 4 : 0) + (heads() ? 2 : 0) + (heads() ? 1 : 0);
    if (value < 6) return baselineWalks + value;
  }
}
