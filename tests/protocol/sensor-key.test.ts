import { describe, expect, it } from 'vitest';
import { formatSensorKey, parseSensorKey } from '../../src/protocol/sensor-key.ts';

const KEY = '000102030405060708090a0b0c0d0eff';

describe("a sensor's code", () => {
  it('is read as the firmware prints it, and written back', () => {
    const sensor = parseSensorKey(`gaitkeeper-sensor:9F3A01D2C4B5E677:${KEY.toUpperCase()}\n`);
    expect(sensor.serial).toBe('9F3A01D2C4B5E677');
    expect(Buffer.from(sensor.key).toString('hex')).toBe(KEY);
    expect(formatSensorKey(sensor)).toBe(`gaitkeeper-sensor:9F3A01D2C4B5E677:${KEY}`);
  });

  it.each([
    ['', /Expected: gaitkeeper-sensor:/],
    ['WIFI:T:WPA;S:home;;', /not a sensor's code/],
    [`gaitkeeper-sensor:A1:${KEY}:more`, /not a sensor's code/],
    [`gaitkeeper-sensor::${KEY}`, /serial number/],
    [`gaitkeeper-sensor:<img>:${KEY}`, /serial number/],
    [`gaitkeeper-sensor:A1:${KEY.slice(2)}`, /32 hexadecimal digits/],
    [`gaitkeeper-sensor:A1:${KEY.slice(0, 31)}g`, /32 hexadecimal digits/],
  ])('is refused with what was expected: %s', (text, message) => {
    expect(() => parseSensorKey(text)).toThrow(message);
  });

  it('never shows the key in an error', () => {
    const messageOf = (text: string): string => {
      try {
        parseSensorKey(text);
      } catch (error) {
        return String(error);
      }
      throw new Error('it was accepted');
    };
    for (const text of [`gaitkeeper-sensor:bad serial:${KEY}`, `other:A1:${KEY}`, `gaitkeeper-sensor:A1:${KEY}00`]) {
      expect(messageOf(text)).not.toContain(KEY);
    }
  });
});
