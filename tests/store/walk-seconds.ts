import type { SensorNotification, SensorSlot } from '../../src/domain/notification.ts';
import type { CurveRecord, GaitRecord, StepRecord, StrideRecord } from '../../src/domain/records.ts';
import type { Side } from '../../src/domain/sites.ts';
import type { WalkSecond } from '../../src/store/walk-store.ts';

export const SLOTS: readonly SensorSlot[] = [
  { slot: 0, site: 'left_foot', model: 'gaitkeeper', deviceId: 'aa:01', name: 'Left' },
  { slot: 1, site: 'right_foot', model: 'gaitkeeper', deviceId: 'aa:02', name: 'Right' },
];

export const STARTED_AT_MS = Date.UTC(2026, 10, 24, 9);

/** Bytes that can be foretold from the slot and number of a packet. */
export function packetBytes(slot: number, number: number, size = 64): Uint8Array {
  const bytes = new Uint8Array(size);
  for (let i = 0; i < size; i++) bytes[i] = (number * 31 + slot * 7 + i * 13) & 0xff;
  new DataView(bytes.buffer).setUint32(0, number, true);
  return bytes;
}

/** Packets of one second of both feet, ten a second each, interleaved unevenly as a radio does. */
export function packetsOfSecond(second: number): SensorNotification[] {
  const notifications: SensorNotification[] = [];
  for (let i = 0; i < 10; i++) {
    const number = second * 10 + i;
    const order = number % 3 === 0 ? [1, 0] : [0, 1];
    for (const slot of order)
      notifications.push({ slot, receivedS: second + i / 10 + slot * 1e-4, bytes: packetBytes(slot, number) });
  }
  return notifications;
}

export function stride(side: Side, icS: number, also: Partial<StrideRecord> = {}): StrideRecord {
  return {
    type: 'stride',
    side,
    ic_s: icS,
    fc_s: icS + 0.62,
    next_ic_s: icS + 1.04,
    mid_stance_s: icS + 0.3,
    next_mid_stance_s: icS + 1.34,
    stride_time_s: 1.04,
    stance_time_s: 0.62,
    swing_time_s: 0.42,
    stride_length_m: 1.31 + icS / 1e4,
    walking_speed_mps: 1.26,
    foot_clearance_m: 0.11,
    foot_progression_deg: -6.5,
    pitch_ic_deg: 21,
    pitch_fc_deg: -60,
    eversion_at_ic_deg: -3.25,
    eversion_peak_deg: 5.5,
    eversion_excursion_deg: 8.75,
    eversion_peak_velocity_dps: 180,
    eversion_peak_at_pct_stance: 38,
    pelvic_drop_deg: null,
    pelvic_drop_excursion_deg: null,
    turning: false,
    quality: 0.9,
    reasons: { pelvic_drop_deg: 'no_pelvis_sensor', pelvic_drop_excursion_deg: 'no_pelvis_sensor' },
    known_at_s: icS + 1.5,
    ...also,
  };
}

export const step = (side: Side, icS: number): StepRecord => ({
  type: 'step',
  side,
  ic_s: icS,
  step_time_s: 0.52,
  known_at_s: icS + 0.3,
});

export const curve = (side: Side, icS: number): CurveRecord => ({
  type: 'curve',
  kind: 'eversion_over_stance',
  side,
  ic_s: icS,
  values_deg: Array.from({ length: 51 }, (_, i) => Math.round(800 * Math.sin(i / 10)) / 100),
  known_at_s: icS + 1.5,
});

/** What the analysis gives in one second: a step and stride of each foot. */
export const recordsOfSecond = (second: number): GaitRecord[] => [
  step('left', second),
  step('right', second + 0.52),
  stride('left', second),
  stride('right', second + 0.52),
];

export const walkSecond = (second: number): WalkSecond => ({
  notifications: packetsOfSecond(second),
  records: recordsOfSecond(second),
});
