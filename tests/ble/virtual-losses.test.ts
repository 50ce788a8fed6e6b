import { describe, expect, it } from 'vitest';
import { parseVirtualLosses, scheduleLosses } from '../../src/ble/virtual-losses.ts';
import { ManualTimers } from './virtual-walker-timers.ts';

describe('links that are lost on purpose', () => {
  it('are read from a list, and refused in words where it is none', () => {
    expect(parseVirtualLosses('left@60:1, pelvis@100:30.5')).toEqual([
      { site: 'left_foot', atS: 60, forS: 1 },
      { site: 'pelvis', atS: 100, forS: 30.5 },
    ]);
    expect(parseVirtualLosses('5:2').map((loss) => loss.site)).toEqual(['left_foot', 'right_foot', 'pelvis']);
    for (const wrong of ['', 'left@60', 'hip@60:1', '60:1,', '-1:5'])
      expect(() => parseVirtualLosses(wrong)).toThrow('Expected a list like left@60:1');
  });

  it('come at their time, each once', async () => {
    const timers = new ManualTimers();
    const lost: [number, string, number][] = [];
    const breaker = { loseLink: (id: string, forMs: number) => void lost.push([timers.nowMs(), id, forMs]) };
    scheduleLosses(parseVirtualLosses('left@1:0.5,right@3:30'), breaker, timers);
    await timers.advance(60_000);
    expect(lost).toEqual([
      [1000, 'virtual-left-foot', 500],
      [3000, 'virtual-right-foot', 30_000],
    ]);
  });
});
