import { uuidBytes, type AirCharacteristic, type AirService } from './air-device.ts';

/** Types of the attributes that describe the others. */
export const DECLARATION = { service: '2800', characteristic: '2803', configuration: '2902' } as const;

const PROPERTY = { read: 0x02, writeWithoutResponse: 0x04, write: 0x08, notify: 0x10, indicate: 0x20 } as const;

/** One line of a device's attribute table. */
export interface Attribute {
  readonly handle: number;
  readonly type: string;
  /** What a declaration says; undefined for values and configurations. */
  readonly says: Uint8Array | undefined;
  /** The characteristic that a value or configuration belongs to. */
  readonly characteristic: AirCharacteristic | undefined;
  /** Last handle of the service that this declares. */
  readonly endHandle: number;
}

/** The attribute table of some services, in the order in which they are found. */
export function attributeTable(services: readonly AirService[]): readonly Attribute[] {
  const table: Attribute[] = [];
  let handle = 0;
  const add = (
    type: string,
    says: Uint8Array | undefined,
    characteristic: AirCharacteristic | undefined,
    endHandle = 0,
  ): void => {
    table.push({ handle: ++handle, type, says, characteristic, endHandle });
  };
  for (const service of services) {
    const size = service.characteristics.reduce((sum, c) => sum + (speaks(c) ? 3 : 2), 0);
    add(DECLARATION.service, uuidBytes(service.uuid), undefined, handle + 1 + size);
    for (const characteristic of service.characteristics) {
      const valueHandle = handle + 2;
      const says = [
        properties(characteristic),
        valueHandle & 0xff,
        valueHandle >> 8,
        ...uuidBytes(characteristic.uuid),
      ];
      add(DECLARATION.characteristic, Uint8Array.from(says), undefined);
      add(characteristic.uuid, undefined, characteristic);
      if (speaks(characteristic)) add(DECLARATION.configuration, undefined, characteristic);
    }
  }
  return table;
}

const speaks = (c: AirCharacteristic): boolean => c.notifies === true || c.indicates === true;

function properties(c: AirCharacteristic): number {
  return (
    (c.read === undefined ? 0 : PROPERTY.read) |
    (c.write === undefined ? 0 : PROPERTY.write | PROPERTY.writeWithoutResponse) |
    (c.notifies === true ? PROPERTY.notify : 0) |
    (c.indicates === true ? PROPERTY.indicate : 0)
  );
}
