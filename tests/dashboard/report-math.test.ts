import { describe, expect, it } from 'vitest';
import type { Timeline } from '../../src/dashboard/api/types.ts';
import { alignLines, lastPoint, spreadLabels } from '../../src/dashboard/charts/chart-data.ts';
import {
  differenceOf,
  readingOf,
  setCurve,
  sharedSpeeds,
  type ComparedWalk,
} from '../../src/dashboard/state/compare-math.ts';
import { ReplayMoment } from '../../src/dashboard/state/replay.ts';
import { changeOf, levelOf, qualityGrade, symmetryPct, windows } from '../../src/dashboard/state/report-math.ts';
import { monthRows } from '../../src/dashboard/state/walk-facts.ts';

/** Repeatable noise in -1..1. */
const noise = (i: number): number => {
  const x = Math.sin(i * 12.9898 + 4.1) * 43758.5453;
  return 2 * (x - Math.floor(x)) - 1;
};

const timeline = (minutes: number, make: (minute: number, i: number) => number | null, speed = 1.2): Timeline => {
  const from = Array.from({ length: minutes }, (_, i) => i * 60);
  const column = from.map((s, i) => make(s / 60, i));
  return {
    bin_s: 60,
    from_s: from,
    fields: {
      eversion_excursion_deg: { left: column, right: column },
      walking_speed_mps: { left: from.map(() => speed), right: from.map(() => speed) },
    },
    strides: { left: from.map(() => 50), right: from.map(() => 50) },
    running: from.map(() => 0),
    turning: from.map(() => 0),
  };
};

describe('start against end', () => {
  it('says nothing of a walk under 30 minutes', () => {
    expect(windows(29 * 60)).toBeNull();
    expect(
      changeOf(
        timeline(29, () => 8),
        'eversion_excursion_deg',
        'left',
        29 * 60,
      ),
    ).toBeNull();
  });

  it('the windows never overlap', () => {
    for (const minutes of [30, 33, 60, 120]) {
      const w = windows(minutes * 60);
      expect(w?.end[0]).toBeGreaterThanOrEqual(w?.start[1] ?? Infinity);
    }
  });

  it('finds a true change of 1.5 degrees and calls it clear', () => {
    const change = changeOf(
      timeline(90, (m, i) => 8 + 1.5 * Math.min(1, Math.max(0, (m - 30) / 30)) + 0.3 * noise(i)),
      'eversion_excursion_deg',
      'right',
      5400,
    );
    expect(change?.value).toBeGreaterThan(1.3);
    expect(change?.value).toBeLessThan(1.7);
    expect(change?.clear).toBe(true);
  });

  it('does not call noise, nor a change too small to matter, clear', () => {
    let clear = 0;
    for (let walk = 0; walk < 200; walk++)
      if (
        changeOf(
          timeline(90, (_, i) => 8 + 0.5 * noise(i + 1000 * walk)),
          'eversion_excursion_deg',
          'left',
          5400,
        )?.clear === true
      )
        clear++;
    expect(clear).toBeLessThanOrEqual(4);
    expect(
      changeOf(
        timeline(90, (m) => (m > 60 ? 8.2 : 8)),
        'eversion_excursion_deg',
        'left',
        5400,
      )?.clear,
    ).toBe(false);
  });

  it('missing bins are left out, not counted as zero; too few give nothing', () => {
    expect(levelOf([8, null, 8, 8, null, 8, 8, 8])?.value).toBe(8);
    expect(levelOf([8, null, 8, null])).toBeNull();
  });

  it('the range grows with the noise', () => {
    const quiet = levelOf(Array.from({ length: 40 }, (_, i) => 8 + 0.1 * noise(i)));
    const loud = levelOf(Array.from({ length: 40 }, (_, i) => 8 + noise(i)));
    expect(loud?.half).toBeGreaterThan(5 * (quiet?.half ?? Infinity));
  });

  it('symmetry and quality grades', () => {
    expect(symmetryPct(0.7, 0.7)).toBeCloseTo(0, 9);
    expect(symmetryPct(0.7, 0.72)).toBeGreaterThan(0);
    expect(symmetryPct(0.72, 0.7)).toBeCloseTo(-symmetryPct(0.7, 0.72), 9);
    const facts = { validShare: 0.95, gapS: 0, gapCount: 0, bothFeet: true, pelvis: true, suspect: false };
    expect(qualityGrade(facts, 3600)).toBe('A');
    expect(qualityGrade({ ...facts, gapS: 300 }, 3600)).toBe('B');
    expect(qualityGrade({ ...facts, suspect: true }, 3600)).toBe('C');
    expect(qualityGrade({ ...facts, validShare: null }, 0)).toBeNull();
  });
});

describe('comparing sets of walks', () => {
  const walk = (id: string, offset: number, speed = 1.2): ComparedWalk => ({
    id,
    durationS: 5400,
    timeline: timeline(90, (m) => offset + (m > 45 ? 1 : 0), speed),
    firstPainMin: null,
    mostPain: null,
  });

  it('a clear difference is told, its direction too', () => {
    const d = differenceOf('x', [1, 1.1, 0.9, 1], [0.1, 0, 0.2, 0.1], 0.5);
    expect(d?.value).toBeCloseTo(-0.9, 9);
    expect(d === null ? '' : readingOf(d)).toBe('less');
  });

  it('swapping the sets turns the difference round', () => {
    const [a, b] = [
      [1, 1.3, 0.8],
      [0.4, 0.2, 0.7, 0.5],
    ] as const;
    const ab = differenceOf('x', a, b, 0.5);
    const ba = differenceOf('x', b, a, 0.5);
    expect(ab?.value).toBeCloseTo(-(ba?.value ?? NaN), 12);
    expect(ab?.low).toBeCloseTo(-(ba?.high ?? NaN), 12);
  });

  it('no difference could be nothing; a sure but tiny one is too small to matter', () => {
    const none = differenceOf('x', [1, 2, 0, 1.5], [1.2, 0.4, 2.1, 1], 0.5);
    expect(none === null ? '' : readingOf(none)).toBe('nothing');
    const tiny = differenceOf('x', [1, 1.001, 0.999], [1.1, 1.101, 1.099], 0.5);
    expect(tiny === null ? '' : readingOf(tiny)).toBe('small');
  });

  it('one walk a side needs the uncertainty of the walks themselves', () => {
    expect(differenceOf('x', [1], [2], 0.5)).toBeNull();
    expect(differenceOf('x', [1], [2], 0.5, [0.3, 0.4])?.high).toBeCloseTo(1.5, 9);
  });

  it('each walk is compared with its own start: an absolute offset does not show', () => {
    const same = setCurve([walk('a', 3), walk('b', 14)], 'eversion_excursion_deg', 'left', 5400);
    expect(same.high.every((p, i) => p.y === same.low[i]?.y)).toBe(true);
    expect(same.middle.at(-1)?.y).toBeCloseTo(1, 9);
  });

  it('paces that do not overlap are not compared', () => {
    expect(sharedSpeeds([walk('a', 8, 1.0)], [walk('b', 8, 1.4)])).toBeNull();
  });
});

describe('a replayed moment', () => {
  const moment = new ReplayMoment(
    0,
    10,
    [
      {
        type: 'stride',
        side: 'left',
        ic_s: 1,
        fc_s: 1.7,
        next_ic_s: 2.1,
        eversion_excursion_deg: 8,
        pelvic_drop_excursion_deg: null,
      } as never,
    ],
    [
      {
        type: 'curve',
        kind: 'eversion_over_stance',
        side: 'left',
        ic_s: 1,
        values_deg: Array.from({ length: 51 }, (_, i) => i),
        known_at_s: 2,
      },
    ],
  );
  it('draws the measured curve in stance, swing as swing, and nothing where nothing was measured', () => {
    expect(moment.pose(1.35).left?.eversionDeg).toBeCloseTo(25, 6);
    expect(moment.pose(1.9).left).toEqual({ eversionDeg: 0, inStance: false });
    expect(moment.pose(5).left).toBeNull();
    expect(moment.pose(1.35).right).toBeNull();
    expect(moment.pose(1.35).pelvisRollDeg).toBeNull();
  });
});

describe('charts', () => {
  it('lines of different x share an axis: missing points are drawn through, breaks stay', () => {
    const [xs, a, b] = alignLines([
      {
        points: [
          { x: 0, y: 1 },
          { x: 2, y: null },
          { x: 4, y: 3 },
        ],
      },
      { points: [{ x: 1, y: 5 }] },
    ]);
    expect(xs).toEqual([0, 1, 2, 4]);
    expect(a).toEqual([1, undefined, null, 3]);
    expect(b).toEqual([undefined, 5, undefined, undefined]);
  });

  it('the end of a line is its newest known point', () => {
    expect(
      lastPoint([
        { x: 0, y: 1 },
        { x: 1, y: null },
      ]),
    ).toEqual({ x: 0, y: 1 });
    expect(lastPoint([{ x: 0, y: null }])).toBeNull();
  });

  it('labels never cover each other and keep their order', () => {
    const tops = spreadLabels([50, 52, 51], 18, 0, 200);
    const sorted = [...tops].sort((x, y) => x - y);
    expect((sorted[1] ?? 0) - (sorted[0] ?? 0)).toBeGreaterThanOrEqual(18);
    expect((sorted[2] ?? 0) - (sorted[1] ?? 0)).toBeGreaterThanOrEqual(18);
    expect(tops[0]).toBeLessThan(tops[2] ?? 0);
    expect(tops[2]).toBeLessThan(tops[1] ?? 0);
  });

  it('a month begins on its weekday, Monday first', () => {
    expect(monthRows(2026, 10)[0]).toEqual([null, null, null, null, null, null, 1]);
    expect(
      monthRows(2026, 10)
        .flat()
        .filter((d) => d !== null),
    ).toHaveLength(30);
  });
});
