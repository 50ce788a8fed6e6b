import { expect, test } from 'vitest';
import { freshFolder, run, serve } from './running.ts';

test(
  'sensors in a terminal, over real noble code: scan, pair, identify, calibrate, check, forget',
  { timeout: 120_000 },
  async () => {
    const folder = freshFolder();
    await serve(folder, ['--virtual-radio', '--virtual-speed', '5']);
    const sensors = (...args: string[]) => run(['sensors', ...args, '--data', folder]);

    const empty = await sensors('check');
    expect([empty.code, empty.out]).toEqual([
      1,
      expect.stringMatching(/MISSING No sensor is paired.*\n.*\nNot ready yet/),
    ]);
    const nobody = await sensors('calibrate');
    expect([nobody.code, nobody.note]).toEqual([1, expect.stringMatching(/at least one paired sensor/)]);

    const heard = await sensors('scan', '--seconds', '2');
    expect(heard.out).toMatch(/c0ffee000001 +Virtual left shoe +Gaitkeeper sensor +– +seen +-\d+ dBm/);
    for (const [id, site] of [
      ['c0ffee000001', 'left'],
      ['c0ffee000002', 'right'],
      ['c0ffee000003', 'pelvis'],
    ] as const)
      expect((await sensors('pair', id, site)).code, site).toBe(0);
    expect((await sensors('pair', 'c0ffee000001', 'knee')).code).toBe(2);
    expect((await sensors('identify', 'c0ffee000001')).code).toBe(0);

    const graded = await sensors('calibrate');
    expect(graded.note).toMatch(/Stand still[^]*Walk straight on: \d+ of 10 steps/);
    expect(graded.out).toMatch(/^Grade [ABC]: /);
    expect(graded.code).toBe(graded.out.startsWith('Grade C') ? 1 : 0);

    const ready = await sensors('check');
    expect(ready.out).toMatch(/Virtual left shoe: calibrated less than an hour ago|last calibration was poor/);
    expect(ready.out).toMatch(/Virtual left shoe: clock known to ±\d+\.\d ms/);
    expect(ready.out).toMatch(/Ready to walk\.\n$/);
    expect(ready.code).toBe(0);

    const list = JSON.parse((await sensors('scan', '--seconds', '1', '--json')).out) as { sensors: object[] };
    expect(list.sensors[0]).toMatchObject({
      paired: true,
      kind: 'Gaitkeeper sensor',
      tested: null,
      battery_pct: expect.any(Number),
    });
    const forgotten = await sensors('forget', 'c0ffee000003');
    expect(forgotten.out).toMatch(/c0ffee000003 .* – +(seen|off)/);
  },
);
