/** The last few values of a metric of one side, for what a page shows now. */
const CAPACITY = 10;

export interface RecentValuesState {
  values: number[];
  seen: number;
}

export const createRecentValues = (): RecentValuesState => ({ values: [], seen: 0 });

export function addRecent(state: RecentValuesState, value: number): void {
  state.values.push(value);
  if (state.values.length > CAPACITY) state.values.shift();
  state.seen++;
}

/** What is shown begins anew; what was seen counts on. */
export function dropRecent(state: RecentValuesState): void {
  state.values = [];
}

/** Median of the last ten; null where there are fewer than three. */
export function recentMedian(state: RecentValuesState): number | null {
  if (state.values.length < 3) return null;
  const sorted = [...state.values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
