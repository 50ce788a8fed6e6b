import { existsSync, readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { openMachineRadio, whyNot } from '../../src/ble/load-noble.ts';
import { MissingRadio } from '../../src/ble/noble-radio.ts';
import { stageOf } from './hub-stage.ts';
import { ManualTimers } from './virtual-walker-timers.ts';

const adapters = existsSync('/sys/class/bluetooth') ? readdirSync('/sys/class/bluetooth') : [];
const error = (code: string, message = code): Error => Object.assign(new Error(message), { code });

describe('B8, C2: without Bluetooth', () => {
  it('the machine’s radio says why it is missing and what still works', async () => {
    const timers = new ManualTimers();
    const radio = adapters.length === 0 ? openMachineRadio({}, timers) : new MissingRadio(undefined);
    expect(radio.state).toBe('missing');
    expect(radio.trouble).toContain('no Bluetooth');
    expect(radio.trouble).toContain('virtual walker');
    await expect(radio.startScan(() => undefined)).rejects.toThrow('no Bluetooth');
    await expect(radio.connect('aabbccddeeff')).rejects.toThrow('no Bluetooth');
  });

  it('the hub starts over it, says so, and a sensor paired in better times waits', async () => {
    const timers = new ManualTimers();
    const pairing = { id: 'aa', name: 'Left', model: 'gaitkeeper', site: 'left_foot', virtual: false } as const;
    const stage = stageOf(new MissingRadio(undefined), timers, [pairing]);
    await timers.until(stage.hub.startScan());
    await timers.until(stage.hub.startStreaming());
    await timers.advance(120_000);
    expect(stage.hub.radios()).toMatchObject([{ kind: 'noble', state: 'missing' }]);
    expect(stage.sensor('aa')).toMatchObject({ paired: true, state: 'off' });
    await timers.until(stage.hub.close());
    expect(timers.waiting).toBe(0);
  });

  it.each([
    [error('MODULE_NOT_FOUND'), 'npm install @abandonware/noble'],
    [error('ERR_DLOPEN_FAILED'), 'npm rebuild'],
    [error('97', 'EAFNOSUPPORT, Address family not supported by protocol'), 'no Bluetooth'],
    [error('EPERM', 'Operation not permitted'), 'Operation not permitted'],
  ])('%s is told in words', (why, words) => {
    expect(whyNot('@abandonware/noble', why)).toContain(words);
  });
});
