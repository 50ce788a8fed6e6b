import type { FindingRecord, StrideRecord, WalkRecord } from '../../src/domain/records.ts';
import { SIDES } from '../../src/domain/sites.ts';
import type { SqliteWalkStore } from '../../src/store/sqlite-store.ts';
import type { WalkStore, WalkTags } from '../../src/store/walk-store.ts';
import { SLOTS, stride } from '../store/walk-seconds.ts';

export interface StoredWalkOptions {
  readonly startedAtMs: number;
  readonly minutes: number;
  /** Roll-in that the shoes gain from minute 40 on [deg]; above 0 a drift finding is stored with it. */
  readonly drift?: number;
  readonly profileId?: string;
  readonly tags?: WalkTags;
  /** Fields of each stride; `part` goes from 0 to 1 over the walk. */
  readonly shape?: (part: number) => Partial<StrideRecord>;
  readonly marks?: readonly { readonly minute: number; readonly place: string; readonly strength: number | null }[];
  readonly unfinished?: boolean;
  /** Seconds with strides; the whole walk where it is left out. */
  readonly stridesForS?: number;
}

const ONSET_MIN = 40;

/** A made-up walk put straight into a store: strides of both feet, and what the drift panel would have said. @returns its id */
export function storeWalk(store: WalkStore | SqliteWalkStore, options: StoredWalkOptions): string {
  const { startedAtMs, minutes, drift = 0 } = options;
  const durationS = minutes * 60;
  const { id } = store.walks.create({
    startedAtMs,
    slots: SLOTS,
    source: 'virtual',
    ...(options.profileId === undefined ? {} : { profileId: options.profileId }),
    ...(options.tags === undefined ? {} : { tags: options.tags }),
  });
  const records: (StrideRecord | FindingRecord)[] = [];
  let seed = 1;
  for (let t = 5; t < Math.min(durationS, options.stridesForS ?? Infinity) - 2; t += 1.04)
    for (const side of SIDES) {
      seed = (seed * 1103515245 + 12345) % 2 ** 31;
      const noise = seed / 2 ** 31 - 0.5;
      const gained = drift * Math.min(1, Math.max(0, (t / 60 - ONSET_MIN) / 20));
      records.push(
        stride(side, t, {
          stride_time_s: 1.04 + 0.02 * noise,
          stride_length_m: 1.31 + 0.02 * noise,
          walking_speed_mps: 1.26 + 0.02 * noise,
          eversion_excursion_deg: 8.75 + noise + gained,
          ...options.shape?.(t / durationS),
        }),
      );
    }
  const reading = { p: 0.97, size: drift, sizeSd: 0.2, onsetMin: [38, 46], alarmMinute: 70, name: 'roll-in' };
  if (drift > 0)
    records.push({
      type: 'finding',
      kind: 'drift',
      at_s: 70 * 60,
      side: null,
      text: 'The shoes roll in more than at the start.',
      confidence: 0.9,
      data: { metric: 'eversion_excursion_deg', unit: 'deg', size: drift, size_sd: 0.2, onset_min: [38, 46] },
      known_at_s: 70 * 60,
    });
  const notifications = [{ slot: 0, receivedS: durationS, bytes: new Uint8Array(8) }];
  store.append(id, { notifications, records });
  for (const { minute, place, strength } of options.marks ?? [])
    store.marks.add(id, { atS: minute * 60, place, strength, createdAtMs: startedAtMs + minute * 60_000 });
  if (options.unfinished === true) return id;
  const strides = records.length;
  const summary: WalkRecord = {
    type: 'walk',
    duration_s: durationS,
    sites: ['left_foot', 'right_foot'],
    steps: strides,
    strides,
    distance_m: 1.26 * durationS,
    cadence_spm: 115,
    walking_speed_mps: 1.26,
    left: { strides: strides / 2, valid_strides: strides / 2, medians: {} },
    right: { strides: strides / 2, valid_strides: strides / 2, medians: {} },
    metrics: drift > 0 ? { drift: { eversion_excursion_deg: reading } } : {},
    gaps: [],
    sensors: [],
    reasons: {},
    known_at_s: durationS,
  };
  store.walks.finish(id, { endedAtMs: startedAtMs + durationS * 1000, summary });
  return id;
}
