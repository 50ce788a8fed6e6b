import type { Pairing } from './sensor-hub.ts';
import type { SensorFacts } from './sensor-link.ts';

/** What speaks against its being the paired sensor, or the serial number that it told for the first time. */
export interface IdentityVerdict {
  /** Why it is not to be trusted; undefined where nothing speaks against it. */
  readonly strange: string | undefined;
  /** To be remembered with the pairing. */
  readonly newSerial: string | undefined;
}

const FINE: IdentityVerdict = { strange: undefined, newSerial: undefined };
const strange = (why: string): IdentityVerdict => ({ strange: why, newSerial: undefined });

/**
 * Is the device behind a paired address the one that was paired?
 * @throws where it doesn't say now what it said then: not enough for a verdict, too little to go on with
 */
export function checkIdentity(pairing: Pairing | undefined, { serial, trust }: SensorFacts): IdentityVerdict {
  const known = pairing?.serial;
  if (trust === 'wrong_key')
    return strange(
      pairing?.key === undefined
        ? 'it holds a key that you have not given yet'
        : 'it does not hold the key that you gave for it',
    );
  if (known === undefined) return { strange: undefined, newSerial: pairing === undefined ? undefined : serial };
  if (serial === undefined) throw new Error('It does not say its serial number, which it did when it was paired.');
  return known.toUpperCase() === serial.toUpperCase()
    ? FINE
    : strange(`it says it is ${serial}, but you paired ${known}`);
}
