import { readFileSync } from 'node:fs';
import { systemTimers, type SystemTimers } from '../../ble/timers.ts';

/** The clock of receive times: monotonic, and told apart by boot so that an interrupted walk goes on at its true time. */
export interface WalkClock {
  /** Monotonic [ns]; since boot where `bootId` is known. */
  nowNs(): bigint;
  /** Identity of this boot of the machine; undefined where there is none to be had. */
  readonly bootId: string | undefined;
}

/** The clock of the radios. Where virtual sensors run faster, so does the walk; what they sent late is received when it was due. */
export const systemWalkClock = (clock: SystemTimers = systemTimers()): WalkClock => ({
  nowNs: () => clock.nowNs(),
  // A clock that runs faster tells nothing after a restart.
  bootId: clock.speed === 1 ? bootId() : undefined,
});

function bootId(): string | undefined {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  } catch {
    return undefined;
  }
}

/** Walk time that an interrupted walk goes on with [s]: never before what is stored. */
export function resumedS(
  walk: { durationS: number; startedAtMs: number; monotonicZeroNs: string | null; bootId: string | null },
  clock: WalkClock,
  wallMs: number,
): number {
  const byClock =
    walk.monotonicZeroNs !== null && clock.bootId !== undefined && walk.bootId === clock.bootId
      ? Number(clock.nowNs() - BigInt(walk.monotonicZeroNs)) / 1e9
      : (wallMs - walk.startedAtMs) / 1000;
  const leastS = walk.durationS + 0.5;
  // A wall clock that jumped must not open a hole of years.
  return byClock >= leastS && byClock < leastS + 86_400 ? byClock : leastS;
}
