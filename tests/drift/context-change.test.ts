import { describe, expect, test } from 'vitest';
import type { FindingRecord, StrideRecord } from '../../src/domain/records.ts';
import { DriftPanel } from '../../src/drift/drift-panel.ts';

/** Two hours of strides whose roll-in jumps by 1.6 degrees at minute 60 and stays. */
function findings(tell: (panel: DriftPanel, atS: number) => void): FindingRecord[] {
  const panel = new DriftPanel();
  const out: FindingRecord[] = [];
  let seed = 3;
  const noise = () => {
    seed = (seed * 1103515245 + 12345) % 2 ** 31;
    return seed / 2 ** 31 - 0.5;
  };
  for (let t = 0; t < 7200; t += 1.1)
    for (const side of ['left', 'right'] as const) {
      tell(panel, t);
      panel.push(
        {
          type: 'stride',
          side,
          ic_s: t + (side === 'left' ? 0 : 0.55),
          next_ic_s: t + 1.1 + (side === 'left' ? 0 : 0.55),
          stride_time_s: 1.1 + 0.02 * noise(),
          stance_time_s: 0.68 + 0.02 * noise(),
          eversion_excursion_deg: 9 + (t >= 3600 ? 1.6 : 0) + 2 * noise(),
          pelvic_drop_excursion_deg: null,
          walking_speed_mps: 1.25 + 0.04 * noise(),
          turning: false,
          quality: 0.9,
          reasons: {},
          known_at_s: t + 2,
        } as unknown as StrideRecord,
        (finding) => out.push(finding),
      );
    }
  panel.finish(7200, (finding) => out.push(finding));
  return out;
}

describe('a level that jumps', () => {
  test('is told as a sudden change, never as a drift', () => {
    expect(findings(() => undefined).map((f) => f.kind)).toEqual(['sudden_change']);
  });

  test('when the wearer says that they put a load on, nothing is found at all', () => {
    let told = false;
    const found = findings((panel, atS) => {
      if (atS < 3600 || told) return;
      told = true;
      panel.contextChanged(3600);
      panel.contextChanged(3600);
    });
    expect(found).toEqual([]);
  });

  test('told before it happens (a new analysis) it reads the same as told in time', () => {
    const early = findings((panel, atS) => {
      if (atS === 0) panel.contextChanged(3600);
    });
    expect(early).toEqual([]);
  });
});
