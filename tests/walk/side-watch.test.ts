import { describe, expect, it } from 'vitest';
import { SIDES } from '../../src/domain/sites.ts';
import { SideWatch } from '../../src/walk/side-watch.ts';

/** Both shoes vote in turn; the votes of each scatter about a mean by a fixed pattern. */
function watched(meanVote: Record<'left' | 'right', number>, scatter: number, strides: number): SideWatch {
  const watch = new SideWatch();
  const pattern = [1, -1, 0.5, -0.5, 1.2, -1.2];
  for (let i = 0; i < strides; i++)
    for (const side of SIDES) watch.vote(side, meanVote[side] + scatter * pattern[i % pattern.length]!, i, i);
  return watch;
}

describe('watching for swapped shoes', () => {
  it('says it of clear votes after eight of each shoe', () => {
    expect(watched({ left: -0.9, right: -0.9 }, 0.1, 7).swapped).toBe(false);
    expect(watched({ left: -0.9, right: -0.9 }, 0.1, 8).swapped).toBe(true);
  });

  it('says it of weak votes once they are many', () => {
    expect(watched({ left: -0.33, right: -0.23 }, 0.5, 8).swapped).toBe(false);
    expect(watched({ left: -0.33, right: -0.23 }, 0.5, 30).swapped).toBe(true);
  });

  it('never says it of one odd foot, of votes about nothing, or of right labels', () => {
    expect(watched({ left: -0.9, right: 0.2 }, 0.3, 500).swapped).toBe(false);
    expect(watched({ left: -0.05, right: -0.05 }, 0.5, 2000).swapped).toBe(false);
    expect(watched({ left: 0.3, right: 0.2 }, 0.5, 2000).swapped).toBe(false);
  });

  it('goes on from a snapshot as if nothing had been', () => {
    const whole = watched({ left: -0.3, right: -0.3 }, 0.5, 12);
    const half = watched({ left: -0.3, right: -0.3 }, 0.5, 6);
    const rest = new SideWatch();
    rest.restore(half.snapshot());
    const pattern = [1, -1, 0.5, -0.5, 1.2, -1.2];
    for (let i = 6; i < 12; i++) for (const side of SIDES) rest.vote(side, -0.3 + 0.5 * pattern[i % 6]!, i, i);
    expect(rest.snapshot()).toEqual(whole.snapshot());
  });
});
