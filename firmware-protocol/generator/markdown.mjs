const hex = (value) => `0x${value.toString(16).padStart(2, '0')}`;

/** A table as prettier writes it: columns padded to their widest cell. */
function grid(head, rows) {
  const cells = [head, ...rows].map((row) => row.map((cell) => String(cell).replaceAll('|', '\\|')));
  const widths = head.map((_, column) => Math.max(3, ...cells.map((row) => row[column].length)));
  const line = (row) => `| ${row.map((cell, column) => cell.padEnd(widths[column])).join(' | ')} |`;
  return [
    line(cells[0]),
    `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`,
    ...cells.slice(1).map(line),
  ].join('\n');
}

function sections(table) {
  const gatt = grid(
    ['name', 'UUID', 'properties', 'what'],
    [
      ['service', `\`${table.gatt.service}\``, '', 'advertised; match by this, never by name'],
      ...table.gatt.characteristics.map((row) => [row.name, `\`${row.uuid}\``, row.properties, row.meaning]),
      ...table.gatt.standard.map((row) => [row.name, `\`${row.uuid}\``, '', row.meaning]),
    ],
  );
  const limits = grid(
    ['limit', 'value', 'what'],
    table.limits.map((row) => [row.name, row.value, row.meaning]),
  );
  const layouts = table.layouts
    .map((layout) => {
      const rows = layout.fields.map((field) => [
        field.offset,
        field.type,
        field.name,
        field.unit ?? '',
        field.meaning,
      ]);
      return `### ${layout.name} (${layout.bytes} bytes)\n\n${layout.meaning}\n\n${grid(['at', 'type', 'field', 'unit', 'what'], rows)}`;
    })
    .join('\n\n');
  const codes = table.codes
    .map((code) => {
      const rows = code.rows.map((row) => [hex(row.value), row.name, row.meaning]);
      return `### ${code.name}\n\n${code.meaning}\n\n${grid(['value', 'name', 'what'], rows)}`;
    })
    .join('\n\n');
  const config = [
    grid(
      ['rate code', 'Hz'],
      table.rates.map((row) => [row.code, row.hz]),
    ),
    grid(
      ['acc range code', 'full scale', 'one count'],
      table.accRanges.map((row) => [row.code, `${row.g} g`, `${row.mgPerCount} mg`]),
    ),
    grid(
      ['gyr range code', 'full scale', 'one count'],
      table.gyrRanges.map((row) => [row.code, `${row.dps} deg/s`, `${row.mdpsPerCount} mdeg/s`]),
    ),
  ].join('\n\n');
  return { gatt, limits, layouts, codes, config };
}

/** docs/protocol.md with the text between each pair of markers made anew; what people wrote around them stays. */
export function markdown(table, page) {
  const made = sections(table);
  let text = page;
  for (const [name, section] of Object.entries(made)) {
    const open = `<!-- made from the table: ${name} -->`;
    const close = `<!-- end: ${name} -->`;
    const from = text.indexOf(open);
    const to = text.indexOf(close);
    if (from < 0 || to < from) throw new Error(`docs/protocol.md has no place "${open}" ... "${close}"`);
    text = `${text.slice(0, from + open.length)}\n\n${section}\n\n${text.slice(to)}`;
  }
  return text;
}
