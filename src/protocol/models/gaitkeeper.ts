import { decodeAdvertStatus } from '../advert-status.ts';
import { countScales, decodeImuConfig } from '../imu-packet.ts';
import { FIRMWARE_REVISION, SERIAL_NUMBER, STANDARD_BATTERY } from '../standard-gatt.ts';
import type { DecodeResult, PacketDecoder, SensorModel } from '../sensor-model.ts';
import { GATT, LAYOUT, LIMIT, PACKET_TYPE, PROTOCOL_VERSION } from '../wire-v1.ts';

const { bytes: headerBytes, at: offset } = LAYOUT.imu_header;
const sampleBytes = LAYOUT.imu_sample.bytes;
const maxSamples = LIMIT.max_samples_read;
const WRAP_S = 2 ** 32 * 1e-6;

/** Scales and ranges of all 256 config bytes, so that no packet computes them again. */
const CONFIGS = Array.from({ length: 256 }, (_, code) => {
  const config = decodeImuConfig(code);
  if (config === undefined) return undefined;
  const scale = countScales(config);
  return {
    accScale: scale.accMps2,
    gyrScale: scale.gyrRadps,
    accRangeMps2: scale.accFullScale * scale.accMps2,
    gyrRangeRadps: scale.gyrFullScale * scale.gyrRadps,
  };
});

const uint16At = (bytes: Uint8Array, at: number): number => bytes[at]! | (bytes[at + 1]! << 8);
const uint32At = (bytes: Uint8Array, at: number): number => uint16At(bytes, at) + 0x10000 * uint16At(bytes, at + 2);

const rejected = (reason: string): DecodeResult => ({ ok: false, reason });
const TOO_SHORT = rejected('shorter than a header');
const BAD_VERSION = rejected('another protocol version');
const BAD_TYPE = rejected('unknown packet type');
const BAD_COUNT = rejected('sample count out of range');
const BAD_LENGTH = rejected('length does not match the sample count');
const BAD_PERIOD = rejected('sample period is zero');
const BAD_CONFIG = rejected('unknown rate code');
const NO_SAMPLES: DecodeResult = { ok: true, packet: undefined };

/** One packet's samples, for all decoders: its reader is done with them, or has copied them, before the next packet. */
const accMps2 = new Float64Array(maxSamples * 3);
const gyrRadps = new Float64Array(maxSamples * 3);

function createDecoder(): PacketDecoder {
  return {
    decode(bytes) {
      const verType = bytes[offset.ver_type];
      if (verType === undefined) return TOO_SHORT;
      if (verType >> 4 !== PROTOCOL_VERSION) return BAD_VERSION;
      const type = verType & 0x0f;
      // The two answers to a resend carry no samples: the link reads them (backfill.ts), a walk passes over them.
      if (type === PACKET_TYPE.gone || type === PACKET_TYPE.resend_done) {
        return bytes.length === LAYOUT.backfill_note.bytes ? NO_SAMPLES : BAD_LENGTH;
      }
      if (type !== PACKET_TYPE.imu && type !== PACKET_TYPE.imu_resent) return BAD_TYPE;
      if (bytes.length < headerBytes) return TOO_SHORT;
      const count = bytes[offset.count]!;
      if (count < 1 || count > maxSamples) return BAD_COUNT;
      if (bytes.length !== headerBytes + count * sampleBytes) return BAD_LENGTH;
      const period2us = uint16At(bytes, offset.period_2us);
      if (period2us === 0) return BAD_PERIOD;
      const config = CONFIGS[bytes[offset.config]!];
      if (config === undefined) return BAD_CONFIG;
      const { accScale, gyrScale } = config;
      for (let i = 0, at = headerBytes; i < count * 3; i += 3, at += sampleBytes) {
        // Shifts of bytes: a third of the time of a DataView made for one packet.
        accMps2[i] = (bytes[at]! | ((bytes[at + 1]! << 24) >> 16)) * accScale;
        accMps2[i + 1] = (bytes[at + 2]! | ((bytes[at + 3]! << 24) >> 16)) * accScale;
        accMps2[i + 2] = (bytes[at + 4]! | ((bytes[at + 5]! << 24) >> 16)) * accScale;
        gyrRadps[i] = (bytes[at + 6]! | ((bytes[at + 7]! << 24) >> 16)) * gyrScale;
        gyrRadps[i + 1] = (bytes[at + 8]! | ((bytes[at + 9]! << 24) >> 16)) * gyrScale;
        gyrRadps[i + 2] = (bytes[at + 10]! | ((bytes[at + 11]! << 24) >> 16)) * gyrScale;
      }
      const resent = type === PACKET_TYPE.imu_resent;
      return {
        ok: true,
        packet: {
          count,
          seq: resent ? undefined : uint16At(bytes, offset.seq),
          seqModulo: 0x10000,
          sampleIndex: uint32At(bytes, offset.sample_index),
          sampleIndexModulo: 2 ** 32,
          resent,
          bootCount: bytes[offset.flags]! >> 4,
          deviceTimeS: uint32At(bytes, offset.device_us) * 1e-6,
          deviceWrapS: WRAP_S,
          periodS: period2us * 2e-6,
          accMps2,
          gyrRadps,
          accRangeMps2: config.accRangeMps2,
          gyrRangeRadps: config.gyrRangeRadps,
        },
      };
    },
    reset() {
      // A packet stands for itself: nothing is kept between two.
    },
  };
}

/** Our own protocol (firmware-protocol/): device time, both counters, resend. */
export const gaitkeeper: SensorModel = {
  id: 'gaitkeeper',
  name: 'Gaitkeeper sensor',
  clock: 'device',
  nominalRateHz: 104,
  gatt: {
    advertised: [GATT.service],
    samples: [
      { service: GATT.service, characteristic: GATT.imu },
      { service: GATT.service, characteristic: GATT.backfill },
    ],
    control: 'gaitkeeper',
    start: [],
    stop: [],
    battery: STANDARD_BATTERY,
    advertStatus: decodeAdvertStatus,
    firmware: FIRMWARE_REVISION,
    serial: SERIAL_NUMBER,
    minMtu: LIMIT.min_mtu,
  },
  createDecoder,
};
