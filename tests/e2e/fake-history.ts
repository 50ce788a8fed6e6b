import { finishedWalk } from './fake-gait.ts';
import type { FakeApi } from './fake-api.ts';

const DAY_MS = 86_400_000;
const NEWEST_MS = Date.parse('2026-11-23T09:12:00Z');
const PLACES = ['back_right', 'hip', 'buttock_right', 'back_left'] as const;
/** walk, minute, strength */
const PAIN = [
  [0, 91, 3],
  [0, 105, 5],
  [2, 70, 4],
  [5, 55, 6],
  [9, 40, 2],
  [13, 48, 7],
] as const;

/** Two months of made-up walks with pain marks; the newest, `w0`, is the long one. */
export function addHistory(api: FakeApi): void {
  for (let i = 0; i < 20; i++) {
    const startedAt = new Date(NEWEST_MS - i * 3.4 * DAY_MS).toISOString();
    api.walks.push(
      finishedWalk(`w${String(i)}`, startedAt, i === 0 ? 112 * 60 : 3000 + 400 * ((i * 7) % 11), {
        tags: { shoes: 'Blue trainers', insoles: i % 2 === 1 ? 'in' : 'out', ground: 'pavement' },
      }),
    );
  }
  PAIN.forEach(([walk, minute, strength], i) => {
    api.marks.push({
      id: `h${String(i)}`,
      walk_id: `w${String(walk)}`,
      at_s: minute * 60,
      place: PLACES[i % PLACES.length] ?? '',
      strength,
      note: '',
      created_at: new Date(NEWEST_MS - walk * 3.4 * DAY_MS + minute * 60_000).toISOString(),
    });
  });
}
