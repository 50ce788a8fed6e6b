import type { SensorNotification } from '../../src/domain/notification.ts';
import { DEFAULT_IMU_CONFIG, encodeImuPacket } from '../../src/protocol/imu-packet.ts';

/** Samples of one packet. */
export const COUNT = 20;

interface Sent {
  readonly k: number;
  readonly receivedS: number;
  readonly resent?: boolean;
  readonly boot?: number;
}

/** When the k-th packet of a sensor is full [s]. */
export const dueS = (k: number): number => ((k + 1) * COUNT) / 104;

/** The k-th packet that a left shoe sends. */
export function sentPacket({ k, receivedS, resent = false, boot = 1 }: Sent): SensorNotification {
  const header = {
    seq: k,
    sampleIndex: k * COUNT,
    deviceUs: ((k * COUNT) / 104) * 1e6,
    config: DEFAULT_IMU_CONFIG,
    resent,
    bootCount: boot,
  };
  const values = Float64Array.from({ length: 3 * COUNT }, (_, i) => Math.sin(k + i));
  return { slot: 0, receivedS, bytes: encodeImuPacket(header, values, values) };
}

/** Packets `from` to `to`, received as they come. */
export const live = (from: number, to: number, offsetS = 0, boot = 1): SensorNotification[] =>
  Array.from({ length: to - from }, (_, i) => sentPacket({ k: from + i, receivedS: offsetS + dueS(from + i), boot }));
