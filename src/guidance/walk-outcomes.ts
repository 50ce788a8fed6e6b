/** Pain from here on counts as pain of the walk. */
const PAIN_FROM = 2;

/** A pain mark as far as outcomes need it. */
export interface OutcomeMark {
  readonly atS: number;
  readonly strength: number | null;
}

/** When pain of 2 or more was first marked [min]; null where none was. A mark without strength counts. */
export function firstPainMin(marks: readonly OutcomeMark[]): number | null {
  const pain = marks.filter((m) => m.strength === null || m.strength >= PAIN_FROM).map((m) => m.atS / 60);
  return pain.length === 0 ? null : Math.min(...pain);
}

/** Middle of the earliest onset range of a drift that was alarmed [min]; null where none was. @param readings of a walk record */
export function earliestDriftMin(readings: unknown): number | null {
  const all = Object.values(
    (readings ?? {}) as Record<string, { alarmMinute: number | null; onsetMin: [number, number] | null }>,
  );
  const onsets = all.flatMap((r) =>
    r.alarmMinute === null || r.onsetMin === null ? [] : [(r.onsetMin[0] + r.onsetMin[1]) / 2],
  );
  return onsets.length === 0 ? null : Math.min(...onsets);
}
