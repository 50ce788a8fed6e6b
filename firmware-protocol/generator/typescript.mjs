const compact = (uuid) => uuid.replaceAll('-', '');
const object = (pairs, indent = '  ') => pairs.map(([key, value]) => `${indent}${key}: ${value},\n`).join('');
const upper = (name) => name.toUpperCase();

/** src/protocol/wire-v1.ts, formatted as prettier would. */
export function typescript(table) {
  const { gatt } = table;
  let text = `// Made from firmware-protocol/protocol-v${table.version}.json by \`npm run protocol:generate\`. Change the table, not this file.\n\n`;
  text += `/** Version of Gaitkeeper's own sensor protocol that this file describes. All numbers are ${table.byteOrder}. */\n`;
  text += `export const PROTOCOL_VERSION = ${table.version};\n\n`;
  text += `/** GATT service and its characteristics, lower case without dashes. */\nexport const GATT = {\n`;
  text += object([
    ['service', `'${compact(gatt.service)}'`],
    ...gatt.characteristics.map((row) => [row.name, `'${compact(row.uuid)}'`]),
  ]);
  text += `} as const;\n\n/** Standard GATT services and characteristics that the product reads. */\nexport const STANDARD_GATT = {\n`;
  text += object(gatt.standard.map((row) => [row.name, `'${row.uuid}'`]));
  text += `} as const;\n\n`;
  text += `/**\n * Limits of the protocol:\n${table.limits.map((row) => ` * - ${row.name}: ${row.meaning}\n`).join('')} */\nexport const LIMIT = {\n`;
  text += object(table.limits.map((row) => [row.name, row.value]));
  text += `} as const;\n\n`;
  for (const code of table.codes) {
    text += `/** ${code.meaning} */\nexport const ${upper(code.name)} = {\n`;
    for (const row of code.rows) text += `  /** ${row.meaning} */\n  ${row.name}: ${row.value},\n`;
    text += `} as const;\n\n`;
  }
  text += `/** Rate code (low nibble of the config byte) -> nominal rate [Hz]. */\nexport const RATE_HZ: Readonly<Record<number, number>> = {\n`;
  text += object(table.rates.map((row) => [row.code, row.hz]));
  text += `};\n\n`;
  const list = (values) => `[${values.join(', ')}] as const;\n`;
  text += `/** Full scale [g] by range code (bits 4 and 5 of the config byte). */\nexport const ACC_RANGE_G = ${list(table.accRanges.map((row) => row.g))}`;
  text += `/** Weight of one count [mg] by the same code. */\nexport const ACC_MG_PER_COUNT = ${list(table.accRanges.map((row) => row.mgPerCount))}`;
  text += `/** Full scale [deg/s] by range code (bits 6 and 7 of the config byte). */\nexport const GYR_RANGE_DPS = ${list(table.gyrRanges.map((row) => row.dps))}`;
  text += `/** Weight of one count [mdeg/s] by the same code. */\nexport const GYR_MDPS_PER_COUNT = ${list(table.gyrRanges.map((row) => row.mdpsPerCount))}`;
  text += `\n/** Byte layouts: length and where each field stands. */\nexport const LAYOUT = {\n`;
  for (const layout of table.layouts) {
    text += `  /** ${layout.meaning} */\n  ${layout.name}: {\n    bytes: ${layout.bytes},\n    at: {\n`;
    for (const field of layout.fields) {
      const unit = field.unit === undefined ? '' : ` [${field.unit}]`;
      text += `      /** ${field.type}${unit}: ${field.meaning} */\n      ${field.name}: ${field.offset},\n`;
    }
    text += `    },\n  },\n`;
  }
  return `${text}} as const;\n`;
}
