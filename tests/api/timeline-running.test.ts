import { expect, test } from 'vitest';
import * as contract from '../../src/api/contract.ts';
import { startService } from './service.ts';
import { storeWalk } from './stored-walks.ts';
import { ask } from './walking.ts';

test('minutes of running are counted in the timeline, and their paces are in no median', async () => {
  const service = await startService({});
  // Six minutes, the middle two of them run.
  const id = storeWalk(service.context.store, {
    startedAtMs: 0,
    minutes: 6,
    shape: (part) =>
      part < 1 / 3 || part > 2 / 3
        ? {}
        : { stride_time_s: 0.72, stride_length_m: null, quality: 0, reasons: { stride_length_m: 'running' } },
  });
  const timeline = await ask<contract.Timeline>(
    service,
    'GET',
    `/walks/${id}/timeline?bin_s=60&fields=stride_time_s,stride_length_m`,
    { schema: contract.Timeline },
  );
  const ran = timeline.running.map((n, i) => n / (timeline.strides.left[i]! + timeline.strides.right[i]!));
  expect(ran.slice(0, 6).map((share) => Math.round(share))).toEqual([0, 0, 1, 1, 0, 0]);
  const pace = timeline.fields['stride_time_s']!.left;
  for (const i of [0, 1, 4, 5]) expect(pace[i]).toBeCloseTo(1.04, 1);
  for (const i of [2, 3]) expect((pace[i] ?? 2) > 1).toBe(true);
});
