/** Bytes a field of the table takes. */
export const FIELD_BYTES = { u8: 1, u16: 2, u32: 4, i16: 2, bytes8: 8 };

/** Throws where the table contradicts itself: a generator must not spread a slip of the pen to three languages. */
export function checkTable(table) {
  const wrong = (text) => {
    throw new Error(`protocol-v${table.version}.json: ${text}`);
  };
  for (const layout of table.layouts) {
    let at = 0;
    for (const field of layout.fields) {
      const bytes = FIELD_BYTES[field.type];
      if (bytes === undefined) wrong(`${layout.name}.${field.name} has the unknown type "${field.type}"`);
      if (field.offset !== at) wrong(`${layout.name}.${field.name} stands at ${field.offset}, expected ${at}`);
      at += bytes;
    }
    if (at !== layout.bytes) wrong(`${layout.name} is ${at} bytes long, the table says ${layout.bytes}`);
  }
  const twice = (rows, key, what) => {
    const seen = new Set();
    for (const row of rows) {
      if (seen.has(row[key])) wrong(`${what}: ${key} ${row[key]} stands there twice`);
      seen.add(row[key]);
    }
  };
  for (const code of table.codes) {
    twice(code.rows, 'name', code.name);
    twice(code.rows, 'value', code.name);
  }
  twice(table.layouts, 'name', 'layouts');
  twice(table.rates, 'code', 'rates');
  twice(table.rates, 'hz', 'rates');
  for (const { code } of table.rates) if (code < 1 || code > 15) wrong(`rate code ${code} does not fit 4 bits`);
  for (const [name, ranges] of [
    ['accRanges', table.accRanges],
    ['gyrRanges', table.gyrRanges],
  ]) {
    ranges.forEach((range, index) => {
      if (range.code !== index || index > 3) wrong(`${name}: codes must be 0 to 3 in order`);
    });
  }
  const limit = (name) => table.limits.find((row) => row.name === name).value;
  const layout = (name) => table.layouts.find((row) => row.name === name).bytes;
  const fits = (bytes) => Math.floor((bytes - layout('imu_header')) / layout('imu_sample'));
  if (limit('max_samples_sent') !== fits(limit('max_value_bytes')))
    wrong('max_samples_sent does not fit max_value_bytes');
  if (limit('max_samples_read') !== fits(512)) wrong('max_samples_read does not fit an attribute of 512 bytes');
  if (limit('min_mtu') !== 3 + layout('imu_header') + layout('imu_sample')) wrong('min_mtu does not carry one sample');
  const longest = Math.max(...table.layouts.filter((row) => row.name.endsWith('_args')).map((row) => row.bytes));
  if (layout('control_write') + longest + limit('mac_bytes') > 20) wrong('a control write is longer than 20 bytes');
  const given = Math.max(...table.layouts.filter((row) => row.name.endsWith('_given')).map((row) => row.bytes));
  if (layout('control_answer') + given > 20) wrong('an answer is longer than 20 bytes');
}
