import { randomBytes } from 'node:crypto';
import { encodeControlAnswer, encodeControlRefusal } from '../protocol/control-answer.ts';
import type { SensorNotification, SensorSlot } from '../domain/notification.ts';
import { SENSOR_MODELS } from '../protocol/models/index.ts';
import type { GattProfile } from '../protocol/sensor-model.ts';
import { DEFAULT_IMU_CONFIG } from '../protocol/imu-packet.ts';
import { GATT, LIMIT } from '../protocol/wire-v1.ts';
import { ControlServer, type Act } from './control-server.ts';
import { NO_KEY } from './control-session.ts';
import { CALL_MS, MadeUpLink } from './made-up-link.ts';
import type { Advertisement, Radio, RadioLink, RadioState } from './radio.ts';
import { pause, type TimerHandle, type Timers } from './timers.ts';

const ADVERTISE_MS = 400;

/** A recorded sensor: how it is spoken to, and what it sent. */
interface Recorded {
  readonly id: string;
  readonly name: string | undefined;
  readonly gatt: GattProfile;
  readonly packets: readonly SensorNotification[];
}

/**
 * A radio in which the sensors of a recording are in range: they advertise, connect and send what they once sent, at the pace
 * at which it came. The recording begins when the first of them is to stream, and plays once: a stream that goes back is what
 * the hub rightly sets aside. What a link misses is not sent again, and charge and firmware are not known.
 */
export class ReplayRadio implements Radio {
  readonly kind = 'replay';
  readonly trouble: string | undefined;
  readonly #timers: Timers;
  readonly #sensors: readonly Recorded[];
  readonly #links = new Map<string, ReplayLink>();
  readonly #fromS: number;
  #startedMs: number | undefined;
  #scan: TimerHandle | undefined;

  /** @param notifications of the whole recording, in the order in which they came */
  constructor(slots: readonly SensorSlot[], notifications: readonly SensorNotification[], timers: Timers) {
    this.#timers = timers;
    this.#fromS = notifications[0]?.receivedS ?? 0;
    this.#sensors = slots.flatMap((slot) => {
      const gatt = SENSOR_MODELS.find((model) => model.id === slot.model)?.gatt;
      const packets = notifications.filter((notification) => notification.slot === slot.slot);
      return gatt === undefined ? [] : [{ id: `replay-${slot.deviceId}`, name: slot.name, gatt, packets }];
    });
    this.trouble =
      this.#sensors.length > 0
        ? undefined
        : 'This recording holds samples, not what sensors sent: nothing of it was ever on the air. Use gaitkeeper replay.';
  }

  get state(): RadioState {
    return this.trouble === undefined ? 'on' : 'unsupported';
  }

  onState(_callback: (state: RadioState) => void): void {
    // A recording is always there.
  }

  startScan(onSeen: (advertisement: Advertisement) => void): Promise<void> {
    this.#scan?.cancel();
    if (this.trouble !== undefined) return Promise.reject(new Error(this.trouble));
    const round = (): void => {
      this.#scan = this.#timers.after(ADVERTISE_MS, round);
      for (const { id, name, gatt } of this.#sensors)
        if (!this.#links.has(id))
          onSeen({ deviceId: id, name, serviceUuids: gatt.advertised.slice(0, 1), rssiDbm: undefined });
    };
    this.#scan = this.#timers.after(0, round);
    return Promise.resolve();
  }

  stopScan(): Promise<void> {
    this.#scan?.cancel();
    this.#scan = undefined;
    return Promise.resolve();
  }

  async connect(deviceId: string): Promise<RadioLink> {
    await pause(this.#timers, CALL_MS);
    const sensor = this.#sensors.find(({ id }) => id === deviceId);
    if (sensor === undefined) throw new Error('This sensor is not in the recording.');
    if (this.#links.has(deviceId)) throw new Error('The sensor has another link.');
    const link = new ReplayLink(sensor, this.#timers, {
      positionS: () => this.#positionS(),
      dueMs: (receivedS) => this.#dueMs(receivedS),
      onEnd: () => this.#links.delete(deviceId),
    });
    this.#links.set(deviceId, link);
    return link;
  }

  async close(): Promise<void> {
    await this.stopScan();
    for (const link of [...this.#links.values()]) link.end('the radio was closed');
  }

  /** Where the recording is [s of its clock]; it begins when this is first asked. */
  #positionS(): number {
    this.#startedMs ??= this.#timers.nowMs();
    return this.#fromS + (this.#timers.nowMs() - this.#startedMs) / 1000;
  }

  /** When a packet of the recording comes, by the radio's clock. */
  #dueMs(receivedS: number): number {
    this.#startedMs ??= this.#timers.nowMs();
    return this.#startedMs + 1000 * (receivedS - this.#fromS);
  }
}

/** A recorded Gaitkeeper sensor starts and stops; it can't blink, tell its clock or send anything again. */
const act: Act = (command, counter, opcode) => {
  if (command.op === 'stop') return encodeControlAnswer(counter, { op: 'stop' });
  if (command.op !== 'start') return encodeControlRefusal(opcode, counter, 'unknown_opcode');
  return encodeControlAnswer(counter, { op: 'start', nextIndex: 0, config: DEFAULT_IMU_CONFIG, samples: 0 });
};

/** Where the recording is, and who wants to know that a link has ended. */
interface ReplayWorld {
  positionS(): number;
  dueMs(receivedS: number): number;
  onEnd(): void;
}

class ReplayLink extends MadeUpLink {
  readonly #sensor: Recorded;
  readonly #world: ReplayWorld;
  readonly #control = new ControlServer(NO_KEY, () => randomBytes(LIMIT.nonce_bytes));
  #onSamples: ((bytes: Uint8Array) => void) | undefined;
  #onAnswer: ((bytes: Uint8Array) => void) | undefined;
  #next: TimerHandle | undefined;

  constructor(sensor: Recorded, timers: Timers, world: ReplayWorld) {
    super(sensor.id, timers);
    this.#sensor = sensor;
    this.#world = world;
  }

  read(_serviceUuid: string, characteristicUuid: string): Promise<Uint8Array> {
    return this.soon(() => {
      throw new Error(`A recording can't be asked for ${characteristicUuid}.`);
    });
  }

  write(_serviceUuid: string, characteristicUuid: string, bytes: Uint8Array): Promise<void> {
    const copy = new Uint8Array(bytes);
    return this.soon(() => {
      if (characteristicUuid !== GATT.control) return;
      const reply = this.#control.answer(copy, act);
      this.timers.after(CALL_MS, () => {
        if (!this.ended) this.#onAnswer?.(reply);
      });
    });
  }

  subscribe(_serviceUuid: string, characteristicUuid: string, onBytes: (bytes: Uint8Array) => void): Promise<void> {
    return this.soon(() => {
      if (characteristicUuid === GATT.control) this.#onAnswer = onBytes;
      else if (this.#onSamples === undefined) {
        this.#onSamples = onBytes;
        this.#play();
      }
    });
  }

  protected atEnd(): void {
    this.#next?.cancel();
    this.#world.onEnd();
  }

  /** Sends what is due, then waits for the next packet. */
  #play(): void {
    const { packets } = this.#sensor;
    const startS = this.#world.positionS();
    let at = packets.findIndex((packet) => packet.receivedS >= startS);
    const step = (): void => {
      const nowS = this.#world.positionS();
      for (; at >= 0 && at < packets.length && packets[at]!.receivedS <= nowS; at++) {
        const { receivedS, bytes } = packets[at]!;
        this.timers.at(this.#world.dueMs(receivedS), () => this.#onSamples?.(bytes));
      }
      const next = at < 0 ? undefined : packets[at];
      if (next === undefined) this.end('the recording is over');
      else this.#next = this.timers.after(Math.max(1, 1000 * (next.receivedS - nowS)), step);
    };
    step();
  }
}
