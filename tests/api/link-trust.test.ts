import { expect, it } from 'vitest';
import { Walk } from '../../src/api/contract.ts';
import { ask, walkingService } from './walking.ts';

it('a walk says of each sensor how far its links were trusted, at the least', async () => {
  const { service, walkUntil } = await walkingService(20);
  const as = (site: string, trust: 'authenticated' | 'unprotected' | 'wrong_key' | undefined) =>
    service.hub.add(`s-${site}`, { site: site as 'pelvis', paired: true, state: 'streaming', virtual: true, trust });
  const trustOf = (walk: Walk) => Object.fromEntries(walk.sensors.map((s) => [s.site, s.link_trust]));
  as('left_foot', 'authenticated');
  as('right_foot', 'authenticated');
  as('pelvis', undefined);
  const { id } = await ask<Walk>(service, 'POST', '/walks', { body: {}, status: 201, schema: Walk });
  walkUntil(5);
  expect(trustOf(await ask(service, 'GET', `/walks/${id}`, { schema: Walk }))).toEqual({
    left_foot: 'authenticated',
    right_foot: 'authenticated',
    pelvis: null,
  });
  // The right one comes back without its key and has it again later; the pelvis gets its link only now.
  as('right_foot', 'unprotected');
  as('pelvis', 'wrong_key');
  walkUntil(10);
  as('right_foot', 'authenticated');
  as('pelvis', 'authenticated');
  walkUntil(15);
  const stopped = await ask<Walk>(service, 'POST', `/walks/${id}/stop`, { schema: Walk });
  expect(trustOf(stopped)).toEqual({ left_foot: 'authenticated', right_foot: 'unprotected', pelvis: 'authenticated' });
});
