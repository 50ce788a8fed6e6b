import { LIMIT } from './wire-v1.ts';

/** Identity and key of a Gaitkeeper sensor, as its QR code (or its USB port) tells them. */
export interface SensorKey {
  /** Serial number: what the Device Information Service tells too. */
  readonly serial: string;
  readonly key: Uint8Array;
}

const PREFIX = 'gaitkeeper-sensor';

/**
 * Reads `gaitkeeper-sensor:<serial>:<32 hexadecimal digits>`.
 * @throws with what was expected where the text is something else (the key itself is never in the message)
 */
export function parseSensorKey(text: string): SensorKey {
  const parts = text.trim().split(':');
  const [prefix, serial, hex] = parts;
  if (parts.length !== 3 || prefix !== PREFIX || serial === undefined || hex === undefined) {
    throw new RangeError(`This is not a sensor's code. Expected: ${PREFIX}:<serial>:<32 hexadecimal digits>.`);
  }
  if (!/^[0-9A-Za-z-]{1,32}$/.test(serial)) {
    throw new RangeError("The serial number in the sensor's code must be 1 to 32 letters, digits or dashes.");
  }
  if (hex.length !== 2 * LIMIT.key_bytes || !/^[0-9a-f]+$/i.test(hex)) {
    throw new RangeError(`The key in the sensor's code must be ${2 * LIMIT.key_bytes} hexadecimal digits.`);
  }
  const key = Uint8Array.from({ length: LIMIT.key_bytes }, (_, i) => parseInt(hex.slice(2 * i, 2 * i + 2), 16));
  return { serial: serial.toUpperCase(), key };
}

/** The opposite of {@link parseSensorKey}: the text of the QR code. Holds the key: show it to the owner only. */
export function formatSensorKey(sensor: SensorKey): string {
  const hex = Array.from(sensor.key, (byte) => byte.toString(16).padStart(2, '0')).join('');
  return `${PREFIX}:${sensor.serial}:${hex}`;
}
