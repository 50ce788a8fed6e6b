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
 * Samples of one decoded notification. The arrays are owned by the decoder and are overwritten by its next call: copy
 * what has to outlive it. Units are SI, axes the sensor's own (right-handed).
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
}

/** One kind of sensor: a data entry, `protocol/models/<model>.ts` and one line in `models/index.ts`. */
export interface SensorModel {
  readonly id: string;
  readonly name: string;
  readonly clock: SampleClock;
  readonly nominalRateHz: number;
  /** What holds the sensor back, in one sentence for the user; undefined where nothing does. */
  readonly qualityLimit?: string;
  createDecoder(): PacketDecoder;
}
