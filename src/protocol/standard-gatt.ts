import { decodeBatteryLevel } from './battery.ts';
import type { GattPath, GattProfile } from './sensor-model.ts';
import { STANDARD_GATT } from './wire-v1.ts';

/** Battery Level of the standard Battery Service. */
export const STANDARD_BATTERY: NonNullable<GattProfile['battery']> = {
  service: STANDARD_GATT.battery_service,
  characteristic: STANDARD_GATT.battery_level,
  notifies: true,
  decodePct: decodeBatteryLevel,
};

/** Firmware Revision String of the standard Device Information Service. */
export const FIRMWARE_REVISION: GattPath = {
  service: STANDARD_GATT.device_information,
  characteristic: STANDARD_GATT.firmware_revision,
};

/** Serial Number String of the standard Device Information Service. */
export const SERIAL_NUMBER: GattPath = {
  service: STANDARD_GATT.device_information,
  characteristic: STANDARD_GATT.serial_number,
};

/** A UUID as it is printed, in the form of {@link GattPath}: lower case without dashes. */
export const uuidOf = (printed: string): string => printed.replaceAll('-', '').toLowerCase();
