import type { SensorNotification, SensorSlot } from '../../src/domain/notification.ts';
import type { GaitRecord, StrideRecord } from '../../src/domain/records.ts';
import { simulateWalk } from '../../src/simulator/simulate-walk.ts';
import { WalkSession } from '../../src/walk/walk-session.ts';

/** A short virtual walk with all three sensors. */
export function syntheticWalk(
  seconds = 30,
  seed = 7,
): { slots: readonly SensorSlot[]; notifications: SensorNotification[] } {
  const walk = simulateWalk({ scenario: 'healthy', seed, seconds });
  return { slots: walk.slots, notifications: [...walk.notifications()] };
}

/** What the analysis of a whole walk says, curves left out where they are not asked for. */
export function analysed(slots: readonly SensorSlot[], notifications: Iterable<SensorNotification>): GaitRecord[] {
  const session = new WalkSession({ slots, curves: true });
  const records: GaitRecord[] = [];
  for (const notification of notifications) records.push(...session.push(notification));
  records.push(...session.finish());
  return records;
}

export const onlyStrides = (records: readonly GaitRecord[]): GaitRecord[] =>
  records.filter((record) => record.type === 'stride');

/** By time of contact, then side: a new list. */
export const inOrder = (strides: readonly StrideRecord[]): StrideRecord[] =>
  [...strides].sort((a, b) => a.ic_s - b.ic_s || a.side.localeCompare(b.side));

/** The strides, in order, that `analyze` makes of these packets, as they come out of JSON. */
export const strideTruth = (slots: readonly SensorSlot[], packets: Iterable<SensorNotification>): StrideRecord[] =>
  inOrder(JSON.parse(JSON.stringify(onlyStrides(analysed(slots, packets)))) as StrideRecord[]);
