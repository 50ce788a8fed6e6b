import { createSensorHub } from '../../src/ble/hub.ts';
import type { Radio } from '../../src/ble/radio.ts';
import type { Pairing, SensorHub, SensorStatus } from '../../src/ble/sensor-hub.ts';
import type { Timers } from '../../src/ble/timers.ts';
import type { SensorSite } from '../../src/domain/sites.ts';
import { gaitkeeper } from '../../src/protocol/models/gaitkeeper.ts';

/** What came of one sensor, by the number of its sample. */
export interface Heard {
  readonly samples: Map<number, string>;
  doubled: number;
  notifications: number;
}

/** A hub over a radio with pairings in memory, and what it hands on. */
export interface Stage {
  readonly hub: SensorHub;
  readonly saved: Map<string, Pairing>;
  readonly heard: Map<string, Heard>;
  /** States a sensor went through, in order. */
  readonly states: Map<string, string[]>;
  sensor(id: string): SensorStatus;
}

/** Sets a hub up over one radio. */
export function stageOf(radio: Radio, timers: Timers, paired: readonly Pairing[] = [], random = () => 0.5): Stage {
  const saved = new Map(paired.map((pairing) => [pairing.id, pairing]));
  const hub = createSensorHub({
    radios: [radio],
    timers,
    random,
    pairings: {
      list: () => [...saved.values()],
      save: (pairing) => void saved.set(pairing.id, pairing),
      forget: (id) => void saved.delete(id),
    },
  });
  const heard = new Map<string, Heard>();
  const states = new Map<string, string[]>();
  const decoder = gaitkeeper.createDecoder();
  hub.onChange(() => {
    for (const { id, state } of hub.sensors()) {
      const list = states.get(id) ?? [];
      states.set(id, list);
      if (list.at(-1) !== state) list.push(state);
    }
  });
  hub.onNotification(({ sensorId, bytes }) => {
    const own = heard.get(sensorId) ?? { samples: new Map<number, string>(), doubled: 0, notifications: 0 };
    heard.set(sensorId, own);
    own.notifications++;
    const result = decoder.decode(bytes);
    if (!result.ok || result.packet === undefined) return;
    const { packet } = result;
    for (let i = 0; i < packet.count; i++) {
      const index = packet.sampleIndex! + i;
      if (own.samples.has(index)) own.doubled++;
      own.samples.set(
        index,
        [...packet.accMps2.slice(3 * i, 3 * i + 3), ...packet.gyrRadps.slice(3 * i, 3 * i + 3)].join(' '),
      );
    }
  });
  return {
    hub,
    saved,
    heard,
    states,
    sensor: (id) => {
      const found = hub.sensors().find((s) => s.id === id);
      if (found === undefined) throw new Error(`no sensor ${id}`);
      return found;
    },
  };
}

/** A remembered pairing of one of the virtual walker's sensors. */
export const pairingOf = (id: string, site: SensorSite, more: Partial<Pairing> = {}): Pairing => ({
  id,
  name: id,
  model: 'gaitkeeper',
  site,
  virtual: true,
  ...more,
});

/** Numbers that are missing between the first and the last sample that came. */
export function missing(samples: ReadonlyMap<number, string>): number[] {
  const numbers = [...samples.keys()];
  const last = Math.max(...numbers);
  const holes: number[] = [];
  for (let i = Math.min(...numbers); i < last; i++) if (!samples.has(i)) holes.push(i);
  return holes;
}
