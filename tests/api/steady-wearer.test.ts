import { expect, test } from 'vitest';
import { keepTold, toldOf } from '../../src/api/recorder/told-by-wearer.ts';
import { wearerToldOf } from '../../src/domain/wearer-told.ts';
import { SLOTS } from '../store/walk-seconds.ts';
import { startService } from './service.ts';
import { storeWalk } from './stored-walks.ts';

const DAY = 86_400_000;
const T0 = Date.parse('2026-06-01T08:00:00Z');

test('a wearer whose last walks alarmed twice without pain is judged with twice the noise, and recordings carry it', async () => {
  const { context } = await startService();
  const { store } = context;
  const began = (day: number) => store.walks.create({ startedAtMs: T0 + day * DAY, slots: SLOTS, source: 'live' }).id;
  const alarmed = (day: number, marks: { minute: number; place: string; strength: number }[] = []) =>
    storeWalk(store, { startedAtMs: T0 + day * DAY, minutes: 80, drift: 2, stridesForS: 10, marks });
  alarmed(0);
  alarmed(1, [{ minute: 75, place: 'hip', strength: 4 }]);
  const before = began(2);
  expect(toldOf(store, before).steady).toBeUndefined();
  alarmed(3);
  const after = began(4);
  expect(toldOf(store, after).steady).toBe(true);
  // What came later says nothing of a walk that was before.
  expect(toldOf(store, before).steady).toBeUndefined();
  expect(wearerToldOf({ ...toldOf(store, after) }).steady).toBe(true);
  expect(wearerToldOf({ steady: 'yes' }).steady).toBeUndefined();
  // A recording's word is no word of this store's own history.
  keepTold(store, before, { pauses: [], tag_changes: [], steady: true });
  expect(toldOf(store, before).steady).toBeUndefined();
});
