import { LAYOUT, LIMIT, PROTOCOL_VERSION, STATUS_BIT } from './wire-v1.ts';

/** What a sensor says of itself in its advertisement. Anybody can send the same: to be shown, never to be believed. */
export interface AdvertStatus {
  /** Charge [%]; undefined while it isn't measured. */
  readonly batteryPct: number | undefined;
  /** `1.0` */
  readonly firmware: string;
  /** Firm taps since boot, modulo 256: whoever is tapped counts one more. */
  readonly taps: number;
  readonly charging: boolean;
}

const { bytes: BYTES, at } = LAYOUT.advert_status;
const VER_TYPE = (PROTOCOL_VERSION << 4) | LIMIT.advert_type;
const UNMEASURED = 255;

/** Reads manufacturer-specific data, company number included; undefined where it is somebody else's. */
export function decodeAdvertStatus(bytes: Uint8Array): AdvertStatus | undefined {
  if (bytes.length !== BYTES || bytes[at.ver_type] !== VER_TYPE) return undefined;
  if ((bytes[at.company_id]! | (bytes[at.company_id + 1]! << 8)) !== LIMIT.company_id) return undefined;
  const pct = bytes[at.battery_pct]!;
  return {
    batteryPct: pct <= 100 ? pct : undefined,
    firmware: `${bytes[at.firmware_major]!}.${bytes[at.firmware_minor]!}`,
    taps: bytes[at.taps]!,
    charging: (bytes[at.state]! & STATUS_BIT.charging) !== 0,
  };
}

/** The opposite of {@link decodeAdvertStatus}. @param firmware `1.0`, or longer */
export function encodeAdvertStatus(status: AdvertStatus): Uint8Array<ArrayBuffer> {
  const out = new Uint8Array(BYTES);
  const [major = 0, minor = 0] = status.firmware.split('.').map(Number);
  out[at.company_id] = LIMIT.company_id & 0xff;
  out[at.company_id + 1] = LIMIT.company_id >> 8;
  out[at.ver_type] = VER_TYPE;
  out[at.battery_pct] =
    status.batteryPct === undefined ? UNMEASURED : Math.max(0, Math.min(100, Math.round(status.batteryPct)));
  out[at.firmware_major] = major;
  out[at.firmware_minor] = minor;
  out[at.taps] = status.taps & 0xff;
  out[at.state] = status.charging ? STATUS_BIT.charging : 0;
  return out;
}
