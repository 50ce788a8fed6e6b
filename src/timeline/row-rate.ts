/** A uniform grid that rows of a recording lie on: row times ~ startS + n * periodS. */
export interface RowGrid {
  readonly startS: number;
  readonly periodS: number;
  /** A row this near to a grid point is that point's sample, unchanged [s]. */
  readonly toleranceS: number;
}

const QUANTA_S = [1e-2, 5e-3, 2e-3, 1e-3, 1e-4, 1e-5, 1e-6] as const;

/** Share of the period that a written time may be off the grid, as measured times are [1]. */
const JITTER = 0.05;

/**
 * The grid under the first rows of a recording: uneven, doubled and missing rows don't disturb it.
 * @param timesS ascending, without doubles, at least two
 */
export function fitRowGrid(timesS: Float64Array): RowGrid {
  const n = timesS.length;
  const steps = new Float64Array(n - 1);
  for (let i = 1; i < n; i++) steps[i - 1] = timesS[i]! - timesS[i - 1]!;
  steps.sort();
  let periodS = steps[steps.length >> 1]!;
  let startS = timesS[0]!;
  const index = new Float64Array(n);
  for (let i = 1; i < n; i++)
    index[i] = index[i - 1]! + Math.max(1, Math.round((timesS[i]! - timesS[i - 1]!) / periodS));
  for (let round = 0; round < 4; round++) {
    let sumN = 0;
    let sumT = 0;
    for (let i = 0; i < n; i++) {
      sumN += index[i]!;
      sumT += timesS[i]!;
    }
    const meanN = sumN / n;
    const meanT = sumT / n;
    let nn = 0;
    let nt = 0;
    for (let i = 0; i < n; i++) {
      nn += (index[i]! - meanN) ** 2;
      nt += (index[i]! - meanN) * (timesS[i]! - meanT);
    }
    periodS = nt / nn;
    startS = meanT - periodS * meanN;
    let changed = false;
    for (let i = 0; i < n; i++) {
      const k = Math.round((timesS[i]! - startS) / periodS);
      if (k !== index[i]) {
        index[i] = k;
        changed = true;
      }
    }
    if (!changed) break;
  }
  let worst = 0;
  for (let i = 0; i < n; i++) worst = Math.max(worst, Math.abs(timesS[i]! - startS - index[i]! * periodS));
  // Times that were merely rounded when they were written belong to even samples.
  const rounding = 0.55 * quantumOf(timesS, periodS);
  const rounded = worst <= rounding ? Math.min(rounding, 1.5 * worst) : 0;
  return { startS, periodS, toleranceS: Math.max(JITTER * periodS, rounded) };
}

/** Coarsest decimal step that all times are multiples of. */
function quantumOf(timesS: Float64Array, periodS: number): number {
  for (const quantum of QUANTA_S) {
    if (quantum >= periodS) continue;
    let all = true;
    for (let i = 0; all && i < timesS.length; i++) {
      const steps = timesS[i]! / quantum;
      all = Math.abs(steps - Math.round(steps)) < 1e-4;
    }
    if (all) return quantum;
  }
  return 0;
}
