import type { SensorNotification } from '../../src/domain/notification.ts';
import { median } from '../../src/math/median.ts';
import { WalkSession } from '../../src/walk/walk-session.ts';
import { cpuSeconds } from './rounds.ts';
import { runWalk, type BenchWalk } from './walks.ts';

const ROUNDS = 3;
/** Both kinds take turns so often in one round, so that what else the machine does meets both. */
const SLICES = 20;
/** Walkers one after the other in each slice. */
const ALONE = 10;

/**
 * Cost per sample of many walkers in one process, each walker's next packets after those of another one, against one after the
 * other: the ratio of each round, then their median.
 * @param turns the walk's packets in order; those of one turn are pushed to one walker before the next one has its turn
 */
export function costOfMany(
  walk: BenchWalk,
  walkers: number,
  turns: readonly (readonly SensorNotification[])[],
): number {
  runWalk(walk);
  const ratios: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    let alone = 0;
    let together = 0;
    let sessions: WalkSession[] = [];
    together += cpuSeconds(() => {
      sessions = Array.from({ length: walkers }, () => new WalkSession({ slots: walk.slots }));
    });
    const length = Math.ceil(turns.length / SLICES);
    for (let from = 0; from < turns.length; from += length) {
      const slice = turns.slice(from, from + length);
      together += cpuSeconds(() => {
        for (const packets of slice)
          for (const session of sessions) for (const notification of packets) session.push(notification);
      });
      alone += cpuSeconds(() => {
        for (let i = 0; i < ALONE; i++) void runWalk(walk);
      });
    }
    together += cpuSeconds(() => {
      for (const session of sessions) session.finish();
    });
    ratios.push(together / walkers / (alone / (ALONE * Math.ceil(turns.length / length))));
  }
  return median(ratios);
}

/** Packet after packet: what a service that hears all walkers by radio does. */
export const byPacket = ({ notifications }: BenchWalk): SensorNotification[][] => notifications.map((n) => [n]);

/** Second after second: what the store writes, and so what a replay reads. */
export function bySecond({ notifications }: BenchWalk): SensorNotification[][] {
  const seconds: SensorNotification[][] = [];
  for (const notification of notifications) (seconds[Math.floor(notification.receivedS)] ??= []).push(notification);
  return seconds.filter((packets) => packets.length > 0);
}
