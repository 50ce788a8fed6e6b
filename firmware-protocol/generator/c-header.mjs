const upper = (name) => name.toUpperCase();
const uuidBytes = (uuid) =>
  uuid
    .replaceAll('-', '')
    .match(/../g)
    .reverse()
    .map((hex) => `0x${hex}`)
    .join(', ');

/** firmware-protocol/reference-firmware/gaitkeeper/src/gk_wire.h */
export function cHeader(table) {
  let text = `/* Made from firmware-protocol/protocol-v${table.version}.json by \`npm run protocol:generate\`. Change the table, not this file. */\n`;
  text += `#ifndef GK_WIRE_H\n#define GK_WIRE_H\n\n#define GK_PROTOCOL_VERSION ${table.version}\n\n`;
  text += `/* GATT: as text, and in the byte order of the air (last byte first). */\n`;
  for (const row of [{ name: 'service', uuid: table.gatt.service }, ...table.gatt.characteristics]) {
    text += `#define GK_UUID_${upper(row.name)} "${row.uuid}"\n#define GK_UUID_${upper(row.name)}_BYTES {${uuidBytes(row.uuid)}}\n`;
  }
  text += `\n`;
  for (const row of table.limits) text += `/* ${row.meaning} */\n#define GK_${upper(row.name)} ${row.value}u\n`;
  for (const code of table.codes) {
    text += `\n/* ${code.meaning} */\n`;
    for (const row of code.rows) {
      text += `#define GK_${upper(code.name)}_${upper(row.name)} ${row.value}u /* ${row.meaning} */\n`;
    }
  }
  text += `\n/* Rate codes: low nibble of the config byte. */\n`;
  for (const row of table.rates) text += `#define GK_RATE_${row.hz} ${row.code}u\n`;
  text += `/* Nominal rate [Hz] by rate code; 0: no such code. */\n#define GK_RATE_HZ_BY_CODE {`;
  text += Array.from({ length: 16 }, (_, code) => `${table.rates.find((row) => row.code === code)?.hz ?? 0}u`).join(
    ', ',
  );
  text += `}\n\n/* Range codes: bits 4 and 5 (acc), 6 and 7 (gyr) of the config byte. */\n`;
  for (const row of table.accRanges)
    text += `#define GK_ACC_${row.g}_G ${row.code}u /* ${row.mgPerCount} mg a count */\n`;
  for (const row of table.gyrRanges) {
    text += `#define GK_GYR_${row.dps}_DPS ${row.code}u /* ${row.mdpsPerCount} mdeg/s a count */\n`;
  }
  text += `#define GK_CONFIG(rate, acc, gyr) ((uint8_t)((rate) | ((acc) << 4) | ((gyr) << 6)))\n`;
  for (const layout of table.layouts) {
    text += `\n/* ${layout.meaning} */\n#define GK_${upper(layout.name)}_BYTES ${layout.bytes}u\n`;
    for (const field of layout.fields) {
      const unit = field.unit === undefined ? '' : ` [${field.unit}]`;
      text += `#define GK_${upper(layout.name)}_${upper(field.name)}_AT ${field.offset}u /* ${field.type}${unit}: ${field.meaning} */\n`;
    }
  }
  return `${text}\n#endif\n`;
}
