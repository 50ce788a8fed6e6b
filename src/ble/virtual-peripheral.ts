import { encodeAdvertStatus } from '../protocol/advert-status.ts';
import { encodeBackfillNote } from '../protocol/backfill.ts';
import { encodeBatteryLevel } from '../protocol/battery.ts';
import { encodeControlAnswer, encodeControlRefusal } from '../protocol/control-answer.ts';
import type { ControlCommand } from '../protocol/control.ts';
import { encodeRawImuPacket, IMU_RATES_HZ, type ImuConfig } from '../protocol/imu-packet.ts';
import { FLAG, GATT, LIMIT, STANDARD_GATT } from '../protocol/wire-v1.ts';
import type { Random } from '../simulator/random.ts';
import type { VirtualSensor } from '../simulator/virtual-sensor.ts';
import { ControlServer } from './control-server.ts';
import { ResendJob } from './resend-job.ts';
import { SampleRing, type SampleBlock } from './sample-ring.ts';

/** A sensor without a link goes on sampling into its buffer for so long [s], as the firmware does. */
const UNLINKED_S = 30 * 60;
/** Packets of a resend between two live ones. */
const RESEND_AT_ONCE = 4;
/** Below this charge [%] streaming is refused, below the other it is flagged. */
const START_PCT = 5;
const LOW_PCT = 10;
const FULL_HOURS = 9;

/** What a virtual sensor says of itself, and its key. */
export interface PeripheralIdentity {
  readonly deviceId: string;
  readonly name: string;
  readonly serial: string;
  readonly firmware: string;
  /** 16 bytes; zeros: never provisioned. */
  readonly key: Uint8Array;
}

/** Where the peripheral's notifications go: the subscribed link, if there is one. */
export type Notify = (characteristicUuid: string, bytes: Uint8Array) => void;

/**
 * The sensor's end of the link: the decisions of firmware-protocol/reference-firmware (sampling only while streaming, ring
 * buffer, hello and HMAC, resend with "gone"), with a virtual walker's sensor in place of the chip. Time is the walker's [s].
 */
export class VirtualPeripheral {
  readonly identity: PeripheralIdentity;
  readonly sensor: VirtualSensor;
  readonly #random: Random;
  readonly #control: ControlServer;
  readonly #ringSamples: number | undefined;
  #ring: SampleRing;
  #samplesPerPacket: number;
  #config: ImuConfig;
  #streaming = false;
  #mtu = 0;
  #unlinkedS = 0;
  #resend: ResendJob | undefined;
  #filling: SampleBlock | undefined;
  #seq = 0;
  #firstPacket = false;
  #identifyUntilS = -Infinity;
  #chargePct: number;
  #chargedS = 0;
  #taps = 0;
  readonly #time = new Float64Array(1);
  readonly #counts = new Int16Array(6);

  /** @param ringSamples how many samples it holds for a resend; default: as many as the firmware */
  constructor(
    identity: PeripheralIdentity,
    sensor: VirtualSensor,
    samplesPerPacket: number,
    random: Random,
    ringSamples?: number,
  ) {
    this.#ringSamples = ringSamples;
    this.#ring = new SampleRing(ringSamples);
    this.identity = identity;
    this.sensor = sensor;
    this.#config = sensor.config;
    this.#samplesPerPacket = samplesPerPacket;
    this.#random = random.fork(`peripheral:${identity.deviceId}`);
    this.#control = new ControlServer(identity.key, () =>
      Uint8Array.from({ length: LIMIT.nonce_bytes }, () => Math.floor(256 * this.#random.next())),
    );
    this.#chargePct = this.#random.uniform(72, 98);
  }

  get streaming(): boolean {
    return this.#streaming;
  }
  /** true while it blinks. */
  isIdentifying(nowS: number): boolean {
    return nowS < this.#identifyUntilS;
  }
  /** Charge left [%]; sampling uses it up in nine hours. */
  get chargePct(): number {
    return this.#chargePct;
  }
  set chargePct(pct: number) {
    this.#chargePct = pct;
  }

  /** Someone taps it with a finger. */
  tap(nowS: number): void {
    this.sensor.tap(nowS);
    this.#taps++;
  }

  /** What it says of itself in its advertisement. */
  advertStatus(): Uint8Array<ArrayBuffer> {
    const { firmware } = this.identity;
    return encodeAdvertStatus({ batteryPct: this.#chargePct, firmware, taps: this.#taps, charging: false });
  }

  linked(mtu: number): void {
    this.#mtu = mtu;
  }

  unlinked(nowS: number): void {
    this.#mtu = 0;
    this.#control.end();
    this.#resend = undefined;
    this.#unlinkedS = nowS;
  }

  /** Restarts by itself: all that was in its memory is gone, and it waits to be started. */
  reboot(nowS: number): void {
    this.sensor.reboot(nowS);
    this.#ring = new SampleRing(this.#ringSamples);
    this.#filling = undefined;
    this.#streaming = false;
    this.#seq = 0;
  }

  /** A characteristic's value. @throws where there is none to read */
  read(service: string, characteristic: string): Uint8Array {
    const text = (value: string) => new TextEncoder().encode(value);
    if (service === STANDARD_GATT.battery_service && characteristic === STANDARD_GATT.battery_level) {
      return encodeBatteryLevel(this.#chargePct);
    }
    if (service === STANDARD_GATT.device_information) {
      switch (characteristic) {
        case STANDARD_GATT.model_number:
          return text('Gaitkeeper virtual');
        case STANDARD_GATT.serial_number:
          return text(this.identity.serial);
        case STANDARD_GATT.firmware_revision:
          return text(this.identity.firmware);
        case STANDARD_GATT.hardware_revision:
          return text('none');
        case STANDARD_GATT.manufacturer_name:
          return text('Gaitkeeper');
        default:
          break;
      }
    }
    throw new Error(`${this.identity.name} has nothing to read at ${characteristic}.`);
  }

  /** A write to the control characteristic; the answer goes out by `notify`. */
  control(bytes: Uint8Array, nowS: number, notify: Notify): void {
    const reply = this.#control.answer(bytes, (command, counter, opcode) =>
      this.#act(command, counter, opcode, nowS, notify),
    );
    notify(GATT.control, reply);
  }

  #act(command: ControlCommand, counter: number, opcode: number, nowS: number, notify: Notify): Uint8Array {
    switch (command.op) {
      case 'start': {
        if (this.#mtu < LIMIT.min_mtu) return encodeControlRefusal(opcode, counter, 'mtu_too_small');
        if (this.#chargePct < START_PCT) return encodeControlRefusal(opcode, counter, 'battery_low');
        if (!this.#streaming) {
          this.#streaming = true;
          this.#chargedS = nowS;
          this.sensor.resumeAt(nowS + 0.5 / this.#config.rateHz);
        }
        this.#firstPacket = true;
        const given = { nextIndex: this.sensor.nextIndex, config: this.#config, samples: this.#fitting() };
        return encodeControlAnswer(counter, { op: 'start', ...given });
      }
      case 'stop':
        if (this.#streaming) {
          this.advance(nowS, notify);
          this.#endPacket(notify);
          this.#streaming = false;
        }
        return encodeControlAnswer(counter, { op: 'stop' });
      case 'configure':
        // A virtual chip samples at the rate it was made for; another is refused as an unfit one.
        if (command.config.rateHz !== this.#config.rateHz || !IMU_RATES_HZ.includes(command.config.rateHz)) {
          return encodeControlRefusal(opcode, counter, 'bad_argument');
        }
        this.#endPacket(notify);
        this.#samplesPerPacket = command.samples === 0 ? LIMIT.max_samples_sent : command.samples;
        this.#firstPacket = true;
        return encodeControlAnswer(counter, { op: 'configure', config: this.#config, samples: this.#fitting() });
      case 'identify':
        this.#identifyUntilS = nowS + command.seconds;
        return encodeControlAnswer(counter, { op: 'identify' });
      case 'time_ping':
        return encodeControlAnswer(counter, {
          op: 'time_ping',
          token: command.token,
          deviceUs: Math.floor(this.sensor.deviceUsAt(nowS)),
        });
      case 'resend':
        return this.#startResend(command, counter, opcode);
      case 'status':
        return encodeControlAnswer(counter, {
          op: 'status',
          batteryMv: Math.round(3400 + 7 * this.#chargePct),
          batteryPct: Math.round(this.#chargePct),
          streaming: this.#streaming,
          sensorFailed: false,
          charging: false,
          resending: this.#resend !== undefined,
          oldestIndex: this.#ring.oldestIndex,
          nextIndex: this.sensor.nextIndex,
          config: this.#config,
          samples: this.#fitting(),
          bootCount: this.sensor.bootCount,
        });
    }
  }

  #startResend(wanted: { fromIndex: number; count: number }, counter: number, opcode: number): Uint8Array {
    if (this.#resend !== undefined) return encodeControlRefusal(opcode, counter, 'busy');
    this.#resend = new ResendJob(this.#ring, wanted.fromIndex, wanted.count, counter);
    return encodeControlAnswer(counter, { op: 'resend', fromIndex: this.#resend.fromIndex, count: this.#resend.count });
  }

  /** Takes all samples due by `nowS` and sends what is ready. */
  advance(nowS: number, notify: Notify): void {
    if (!this.#streaming) return;
    if (this.#mtu === 0 && nowS - this.#unlinkedS > UNLINKED_S) {
      this.#streaming = false;
      return;
    }
    let sent = false;
    while (this.sensor.nextSampleS <= nowS && this.sensor.take(1, this.#time, this.#counts) === 1) {
      const index = this.sensor.nextIndex - 1;
      const block = (this.#filling ??= {
        firstIndex: index,
        deviceUs: this.sensor.deviceUsAt(this.#time[0]!),
        counts: new Int16Array(6 * LIMIT.max_samples_sent),
        count: 0,
      });
      block.counts.set(this.#counts, 6 * block.count);
      block.count++;
      if (block.count >= this.#fitting()) {
        this.#endPacket(notify);
        sent = true;
      }
    }
    this.#chargePct = Math.max(0, this.#chargePct - ((nowS - this.#chargedS) / (3600 * FULL_HOURS)) * 100);
    this.#chargedS = nowS;
    if (this.#chargePct === 0) this.#streaming = false;
    if (this.#mtu > 0 && !sent)
      for (let i = 0; i < RESEND_AT_ONCE && this.#resend !== undefined; i++) this.#sendAgain(notify);
  }

  /** Samples that one notification carries. */
  #fitting(): number {
    const fit = this.#mtu === 0 ? LIMIT.max_samples_sent : Math.floor((this.#mtu - 3 - 16) / 12);
    return Math.max(1, Math.min(fit, this.#samplesPerPacket, LIMIT.max_samples_sent));
  }

  #endPacket(notify: Notify): void {
    const block = this.#filling;
    this.#filling = undefined;
    if (block === undefined || block.count === 0) return;
    this.#ring.add(block);
    if (this.#mtu === 0) return;
    notify(GATT.imu, this.#encode(block, 0, block.count, false, this.#seq));
    this.#seq = (this.#seq + 1) % 0x10000;
    this.#firstPacket = false;
  }

  #encode(block: SampleBlock, skip: number, count: number, resent: boolean, seq: number): Uint8Array {
    const periodUs = 1e6 / this.#config.rateHz;
    const flags =
      (this.#firstPacket && !resent ? FLAG.first_after_start : 0) | (this.#chargePct < LOW_PCT ? FLAG.battery_low : 0);
    return encodeRawImuPacket(
      {
        seq,
        sampleIndex: block.firstIndex + skip,
        deviceUs: block.deviceUs + skip * periodUs,
        config: this.#config,
        bootCount: this.sensor.bootCount,
        flags: resent ? 0 : flags,
        resent,
      },
      block.counts.subarray(6 * skip),
      count,
    );
  }

  #sendAgain(notify: Notify): void {
    const part = this.#resend!.next(this.#fitting());
    if (part.type === 'samples') {
      const { block, skip, count, sent } = part;
      notify(GATT.backfill, this.#encode(block, skip, count, true, sent % 0x10000));
      return;
    }
    notify(GATT.backfill, encodeBackfillNote(part));
    if (part.type === 'resend_done') this.#resend = undefined;
  }
}
