import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { decodeAdvertStatus, encodeAdvertStatus } from '../../src/protocol/advert-status.ts';
import { compileHostProgram, cTitle, skipsC } from '../firmware-protocol/c-code.ts';
import { VirtualPeripheral } from '../firmware-protocol/virtual-peripheral.ts';

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

describe('what a sensor says of itself in its advertisement', () => {
  it('is eight bytes, worked out by hand', () => {
    expect(hex(encodeAdvertStatus({ batteryPct: 81.4, firmware: '1.4.2', taps: 258, charging: true }))).toBe(
      'ffff155101040204',
    );
    expect(hex(encodeAdvertStatus({ batteryPct: undefined, firmware: '2.0', taps: 0, charging: false }))).toBe(
      'ffff15ff02000000',
    );
    expect(decodeAdvertStatus(Buffer.from('ffff155101040204', 'hex'))).toEqual({
      batteryPct: 81,
      firmware: '1.4',
      taps: 2,
      charging: true,
    });
  });

  it('is nothing where it is too short, too long, of another version, or of another company', () => {
    for (const other of [
      '',
      'ffff',
      'ffff1551010402',
      'ffff15510104020400',
      'ffff255101040204',
      'ffff115101040204',
      '4c00155101040204',
    ])
      expect(decodeAdvertStatus(Buffer.from(other, 'hex')), other).toBeUndefined();
  });

  it('whatever comes gives a sensible status or none', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 12 }), fc.boolean(), (bytes, ours) => {
        if (ours && bytes.length >= 3) bytes.set([0xff, 0xff, 0x15]);
        const status = decodeAdvertStatus(bytes);
        if (status === undefined) return;
        expect(bytes).toHaveLength(8);
        expect(status.batteryPct ?? 0).toBeLessThanOrEqual(100);
        expect(status.firmware).toMatch(/^\d{1,3}\.\d{1,3}$/);
      }),
      { numRuns: 5000 },
    );
  });

  it.skipIf(skipsC)(cTitle('is the same from the C code, which counts taps and says what it measured'), async () => {
    const program = compileHostProgram('virtual_peripheral');
    const device = new VirtualPeripheral(program.file);
    try {
      await device.powerOn();
      const first = (await device.tap())[0]!;
      expect([first.kind, hex(first.bytes)]).toEqual([
        'V',
        hex(encodeAdvertStatus({ batteryPct: undefined, firmware: '1.2', taps: 1, charging: false })),
      ]);
      await device.battery(3900, 63, true);
      for (let i = 2; i < 256; i++) await device.tap();
      const wrapped = (await device.tap())[0]!;
      expect(decodeAdvertStatus(wrapped.bytes)).toEqual({ batteryPct: 63, firmware: '1.2', taps: 0, charging: true });
    } finally {
      expect(await device.close()).toBe(0);
      program.remove();
    }
  });
});
