import type { AdvertStatus } from './advert-status.ts';
/** What a sensor model can tell about the time of its samples. */
export type SampleClock =
  /** Device time stamps and sample counters: clock fitted, losses counted. */
  | 'device'
  /** A device time a packet but no sample counter. */
  | 'device_packet'
  /** No time at all: the time of arrival is all there is (lower quality). */
  | 'arrival'
  /** Sample times are already on the walk's clock (an imported recording). */
  | 'walk';

/**
 * Samples of one decoded notification. The arrays are the model's own and are overwritten by the next call of any of its
 * decoders: copy what has to outlive it. Units are SI, axes the sensor's own (right-handed).
 */
export interface DecodedPacket {
  readonly count: number;
  /** Packet counter, undefined where the model has none. `seqModulo` says where it wraps. */
  readonly seq?: number | undefined;
  readonly seqModulo?: number;
  /** Index of the first sample, undefined where the model has none. */
  readonly sampleIndex?: number;
  readonly sampleIndexModulo?: number;
  /** true: sent again out of the sensor's buffer; it has no `seq` and is placed by `sampleIndex` alone. */
  readonly resent?: boolean;
  /** Counts the sensor's boots (modulo 16), undefined where the model doesn't. A change is a reboot: counters start anew. */
  readonly bootCount?: number;
  /** Device time of the first sample [s], undefined where the model has none; wraps at `deviceWrapS`. */
  readonly deviceTimeS?: number;
  readonly deviceWrapS?: number;
  /** Nominal or announced time between samples [s]. */
  readonly periodS: number;
  /** Samples' own times on the walk's clock [s] (clock `walk` only), first `count` entries. */
  readonly timesS?: Float64Array;
  /** x0 y0 z0 x1 ... specific force [m/s²], first 3*count entries. */
  readonly accMps2: Float64Array;
  /** same layout [rad/s] */
  readonly gyrRadps: Float64Array;
  /** Full scale, for clipping checks. */
  readonly accRangeMps2: number;
  readonly gyrRangeRadps: number;
}

/** Need-more-bytes, corrupt and good are three different answers. Bad bytes are data: counted per sensor, never thrown. */
export type DecodeResult =
  | { readonly ok: true; readonly packet: DecodedPacket }
  | { readonly ok: true; readonly packet: undefined }
  | { readonly ok: false; readonly reason: string };

/** Stateful where the protocol is (fragments); one per sensor. */
export interface PacketDecoder {
  decode(bytes: Uint8Array): DecodeResult;
  reset(): void;
  /**
   * What the next notifications depend on, as plain data that survives structuredClone; undefined (or no such method)
   * where a notification stands for itself.
   */
  snapshot?(): unknown;
  /** Takes over what `snapshot` of the same model gave. */
  restore?(state: unknown): void;
}

/** A characteristic: lower-case UUIDs without dashes, standard ones as 4 digits. */
export interface GattPath {
  readonly service: string;
  readonly characteristic: string;
}

/** One write of a fixed sequence. */
export interface GattWrite extends GattPath {
  readonly bytes: Uint8Array;
  readonly withResponse: boolean;
}

/** What the radio side has to know of a model. */
export interface GattProfile {
  /** Service UUIDs in advertisements by which the model is recognised (any of them); names are never used. */
  readonly advertised: readonly string[];
  /**
   * Characteristics to subscribe to, in this order, before the start writes. Every notification and indication of them
   * goes to the decoder (and into the recording) as it came; what holds no samples is accepted as `packet: undefined`.
   */
  readonly samples: readonly GattPath[];
  /**
   * `gaitkeeper`: our own sessions over the control characteristic (control.ts). `writes`: the fixed sequences below.
   */
  readonly control: 'gaitkeeper' | 'writes';
  /** Writes that make the sensor stream at the model's nominal rate, in order, at most one outstanding. */
  readonly start: readonly GattWrite[];
  readonly stop: readonly GattWrite[];
  /** Makes the sensor blink or buzz, where it can; otherwise the user taps it. */
  readonly identify?: readonly GattWrite[];
  /** Where the charge is read, and how it reads [%] (undefined: not a sensible value). */
  readonly battery?: GattPath & { readonly notifies: boolean; decodePct(bytes: Uint8Array): number | undefined };
  /** What it says of itself in the manufacturer-specific data of its advertisement, where it does. */
  readonly advertStatus?: (manufacturerData: Uint8Array) => AdvertStatus | undefined;
  /** Firmware revision as UTF-8 text. */
  readonly firmware?: GattPath;
  /** Serial number as UTF-8 text: the identity that must not change under a known address. */
  readonly serial?: GattPath;
  /** Smallest ATT MTU the sample stream needs. */
  readonly minMtu?: number;
}

/** One kind of sensor: a data entry, `protocol/models/<model>.ts` and one line in `models/index.ts`. */
export interface SensorModel {
  readonly id: string;
  readonly name: string;
  readonly clock: SampleClock;
  readonly nominalRateHz: number;
  /** What holds the sensor back, in one sentence for the user; undefined where nothing does. */
  readonly qualityLimit?: string;
  /** How far the descriptor was tried; undefined for our own protocol and imports. */
  readonly verified?: string;
  /** undefined where the model is never on the air (an imported recording). */
  readonly gatt?: GattProfile;
  createDecoder(): PacketDecoder;
}
