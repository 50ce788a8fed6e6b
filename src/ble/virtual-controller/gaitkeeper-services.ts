import { GATT, STANDARD_GATT } from '../../protocol/wire-v1.ts';
import type { AirService } from './air-device.ts';

/** What a sensor of our own does behind its services. */
export interface GaitkeeperDevice {
  /** Text of a characteristic of the Device Information Service, or the charge [%]. */
  read(service: string, characteristic: string): Uint8Array;
  /** A write to the control characteristic; the answer comes as a notification. */
  control(bytes: Uint8Array): void;
}

const INFORMATION = [
  STANDARD_GATT.model_number,
  STANDARD_GATT.serial_number,
  STANDARD_GATT.firmware_revision,
  STANDARD_GATT.hardware_revision,
  STANDARD_GATT.manufacturer_name,
] as const;

/** The services of a Gaitkeeper sensor, as its firmware has them. */
export function gaitkeeperServices(device: GaitkeeperDevice): readonly AirService[] {
  const reading = (service: string, uuid: string, notifies = false) => ({
    uuid,
    notifies,
    read: () => device.read(service, uuid),
  });
  return [
    {
      uuid: STANDARD_GATT.device_information,
      characteristics: INFORMATION.map((uuid) => reading(STANDARD_GATT.device_information, uuid)),
    },
    {
      uuid: STANDARD_GATT.battery_service,
      characteristics: [reading(STANDARD_GATT.battery_service, STANDARD_GATT.battery_level, true)],
    },
    {
      uuid: GATT.service,
      characteristics: [
        { uuid: GATT.imu, notifies: true },
        { uuid: GATT.backfill, notifies: true },
        { uuid: GATT.control, notifies: true, write: (bytes) => device.control(bytes) },
      ],
    },
  ];
}
