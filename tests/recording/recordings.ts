import type { SensorNotification, SensorSlot } from '../../src/domain/notification.ts';
import { encodeImuPacket, DEFAULT_IMU_CONFIG } from '../../src/protocol/imu-packet.ts';
import { memorySource } from '../../src/recording/byte-source.ts';
import { RecordingWriter } from '../../src/recording/mcap-writer.ts';
import { openRecording } from '../../src/recording/open-recording.ts';
import type { Recording, RecordingMeta } from '../../src/recording/recording.ts';

export const SLOTS: readonly SensorSlot[] = [
  { slot: 0, site: 'left_foot', model: 'gaitkeeper', deviceId: 'aa:bb', name: 'Left' },
  { slot: 1, site: 'right_foot', model: 'gaitkeeper' },
  { slot: 2, site: 'pelvis', model: 'gaitkeeper' },
];

/** Packets of three sensors, one after the other, `seconds` long. */
export function packets(seconds: number): SensorNotification[] {
  const all: SensorNotification[] = [];
  const count = 20;
  for (let k = 0; (k * count) / 104 < seconds; k++)
    for (const { slot } of SLOTS) {
      const header = {
        seq: k,
        sampleIndex: k * count,
        deviceUs: ((k * count) / 104) * 1e6,
        config: DEFAULT_IMU_CONFIG,
      };
      const acc = Float64Array.from({ length: 3 * count }, (_, i) => Math.sin(slot + k + i));
      const gyr = Float64Array.from({ length: 3 * count }, (_, i) => Math.cos(slot + k + i));
      const receivedS = Math.round(((k + 1) * count * 1e9) / 104 + slot * 1e6) / 1e9;
      all.push({ slot, receivedS, bytes: encodeImuPacket(header, acc, gyr) });
    }
  return all;
}

export async function mcapOf(
  notifications: Iterable<SensorNotification>,
  meta: RecordingMeta = { shoes: 'old ones' },
  slots = SLOTS,
): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  const writer = new RecordingWriter((bytes) => {
    pieces.push(bytes.slice());
    return Promise.resolve();
  }, slots);
  await writer.start(meta);
  for (const notification of notifications) await writer.add(notification);
  await writer.end();
  // Not the Buffer itself: its slice() is a view, and a test that damages a copy would damage the file.
  return Uint8Array.from(Buffer.concat(pieces));
}

export const open = (bytes: Uint8Array, name = 'walk'): Promise<Recording> => openRecording(memorySource(name, bytes));
export const openText = (text: string): Promise<Recording> => open(new TextEncoder().encode(text), 'walk.csv');

export async function all(recording: Recording): Promise<SensorNotification[]> {
  const list: SensorNotification[] = [];
  for await (const notification of recording.notifications) list.push(notification);
  return list;
}
