import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sensorModel } from '../../src/protocol/models/index.ts';
import { readWalkSamples } from '../../src/protocol/models/walk-samples.ts';
import { parseNumber } from '../../src/recording/csv-numbers.ts';
import { CsvWriter } from '../../src/recording/csv-writer.ts';
import { RecordingError, type Recording } from '../../src/recording/recording.ts';
import { all, mcapOf, open, openText, packets, SLOTS } from './recordings.ts';

const HEADER = 'time_s,sensor,acc_x_mps2,acc_y_mps2,acc_z_mps2,gyr_x_dps,gyr_y_dps,gyr_z_dps';
const rowOf = (i: number, site = 'left_foot'): string =>
  `${(i / 100).toFixed(6)},${site},${i}.00125,-0.1,9.80665,${-i},0.00017,1e-3`;

interface Row {
  timeS: number;
  site: string;
  values: number[];
}

async function rowsOf(recording: Recording): Promise<Row[]> {
  const rows: Row[] = [];
  for (const { slot, bytes } of await all(recording)) {
    const site = recording.slots.find((s) => s.slot === slot)!.site;
    const { timesS, accMps2, gyr } = readWalkSamples(bytes)!;
    timesS.forEach((timeS, i) =>
      rows.push({ timeS, site, values: [...accMps2.slice(3 * i, 3 * i + 3), ...gyr.slice(3 * i, 3 * i + 3)] }),
    );
  }
  return rows.sort((a, b) => a.timeS - b.timeS || a.site.localeCompare(b.site));
}

describe('numbers of a CSV', () => {
  it('are exactly what Number makes of them', () => {
    const bytes = (text: string): number => {
      const encoded = new TextEncoder().encode(text);
      return parseNumber(encoded, 0, encoded.length);
    };
    fc.assert(
      fc.property(
        fc.double({ noNaN: true, noDefaultInfinity: true }),
        fc.integer({ min: 0, max: 12 }),
        (value, decimals) => {
          expect(bytes(String(value))).toBe(Number(String(value)));
          const fixed = (value % 1e6).toFixed(decimals);
          expect(bytes(fixed)).toBe(Number(fixed));
        },
      ),
      { numRuns: 2000 },
    );
    for (const text of ['+1.5', '-.5', '7.', '1e3', '1E-3', ' 2 ', '123456789012345678', '0.1234567890123456789'])
      expect(bytes(text)).toBe(Number(text));
    for (const text of ['', ' ', 'NaN', 'nan', 'Infinity', '0x10', '1,5', '1.2.3', '--1', 'abc', '1 2', '.', '-'])
      expect(bytes(text)).toBeNaN();
  });
});

describe('CSV recordings', () => {
  it('give their rows in the numbers that were written, sensors as they stand', async () => {
    const text = [HEADER];
    for (let i = 0; i < 500; i++) text.push(rowOf(i), rowOf(i, 'pelvis'));
    const recording = await openText(`${text.join('\n')}\n`);
    expect(recording.format).toBe('csv');
    expect(recording.slots.map(({ site, model }) => ({ site, model }))).toEqual([
      { site: 'left_foot', model: 'walk-samples' },
      { site: 'pelvis', model: 'walk-samples' },
    ]);
    const rows = await rowsOf(recording);
    expect(rows).toHaveLength(1000);
    expect(rows[600]).toEqual({
      timeS: 3,
      site: 'left_foot',
      values: [300.00125, -0.1, 9.80665, -300, 0.00017, 0.001],
    });
    expect(recording.warnings).toEqual([]);
  });

  it('come in order of time, in portions of a fraction of a second', async () => {
    const text = [HEADER];
    for (let i = 0; i < 2000; i++) {
      text.push(rowOf(i));
      if (i < 300 || i > 900) text.push(rowOf(i, 'pelvis'));
    }
    const got = await all(await openText(text.join('\n')));
    for (let i = 1; i < got.length; i++) expect(got[i]!.receivedS).toBeGreaterThanOrEqual(got[i - 1]!.receivedS);
    for (const { bytes, receivedS } of got) {
      const { timesS } = readWalkSamples(bytes)!;
      expect(timesS.at(-1)! - timesS[0]!).toBeLessThan(0.2101);
      expect(receivedS - timesS[0]!).toBeLessThan(0.65);
    }
  });

  it('columns are found by name: order, further columns, units, separator, BOM and CRLF as they like', async () => {
    const text =
      '\uFEFFgyr_z_radps;note;sensor;time_ms;acc_x_g;acc_y_g;acc_z_g;gyr_x_radps;gyr_y_radps\r\n' +
      '0.5;hello;"right_foot";10;0;0;1;0.1;0.2\r\n' +
      '0.5;;right_foot;20;0;0;1;0.1;0.2';
    const recording = await openText(text);
    const rows = await rowsOf(recording);
    expect(rows).toEqual([
      { timeS: 0.01, site: 'right_foot', values: [0, 0, 9.80665, 0.1, 0.2, 0.5] },
      { timeS: 0.02, site: 'right_foot', values: [0, 0, 9.80665, 0.1, 0.2, 0.5] },
    ]);
  });

  it('decimal commas, as German spreadsheets write them, between semicolons, tabs or quotes', async () => {
    const row = { timeS: 0.01, site: 'left_foot', values: [0.5, -9.75, 0.25, 1.5, -0.125, 1e-2] };
    const fields = ['0,01', 'left_foot', '0,5', '-9,75', ',25', '1,5', '-0,125', '1,0e-2'];
    const quoted = fields.map((field) => `"${field}"`);
    for (const [delimiter, texts] of [
      [';', fields],
      ['\t', fields],
      [',', quoted],
      [';', quoted],
    ] as const) {
      const recording = await openText(`${HEADER.replaceAll(',', delimiter)}\r\n${texts.join(delimiter)}\r\n`);
      expect(await rowsOf(recording), delimiter).toEqual([row]);
      expect(recording.warnings).toEqual([]);
    }
  });

  it('a comma for the thousands of a file with points is no decimal comma', async () => {
    const recording = await openText(`${HEADER}\n${rowOf(1)}\n0.02,left_foot,1,2,3,"1,200",5,6\n`);
    expect(await rowsOf(recording)).toHaveLength(1);
    expect(recording.warnings.join()).toMatch(/1 row was left out: not a number \(line 3\)/);
  });

  it('decimal commas between commas are told, with what to do', async () => {
    const row = (i: number): string => `0,${i},left_foot,0,5,-9,75,0,25,1,5,-0,125,0,5`;
    const opening = openText([HEADER, row(1), row(2)].join('\n'));
    await expect(opening).rejects.toThrow(/decimal commas.*separated by semicolons or tabs \(lines 2, 3\)/);
  });

  it('bad rows are left out, counted and told with their lines', async () => {
    const lines = [
      HEADER,
      rowOf(0),
      'broken',
      rowOf(1),
      '0.02,left_foot,1,2,x,4,5,6',
      rowOf(3),
      '0.04,left_foot,1,2,,4,5,6',
    ];
    lines.push('', '# a remark', '0.05,left_hand,1,2,3,4,5,6', rowOf(6), '0.07,left_foot,1,2,NaN,4,5,6', rowOf(8));
    const recording = await openText(lines.join('\n'));
    const rows = await rowsOf(recording);
    expect(rows.map((row) => row.timeS)).toEqual([0, 0.01, 0.03, 0.06, 0.08]);
    const told = recording.warnings.join('\n');
    expect(told).toMatch(/2 rows were left out: not a number \(lines 5, 12\)/);
    expect(told).toMatch(/fields missing \(lines 3, 7\)/);
    expect(told).toMatch(
      /unknown sensor "left_hand" \(line 10\).*Known sensors: left_foot, right_foot, pelvis, sensor/,
    );
  });

  it('rows that are sorted by sensor instead of time are put in order', async () => {
    const lines = [HEADER];
    for (const site of ['right_foot', 'left_foot']) for (let i = 0; i < 900; i++) lines.push(rowOf(i, site));
    const recording = await openText(lines.join('\n'));
    const got = await all(recording);
    for (let i = 1; i < got.length; i++) expect(got[i]!.receivedS).toBeGreaterThanOrEqual(got[i - 1]!.receivedS);
    expect(got.slice(0, 4).map((n) => n.slot)).toEqual(expect.arrayContaining([0, 1]));
    expect(recording.warnings.join()).toMatch(/not in the order of time/);
  });

  it.each([
    ['', /is empty/],
    [`${HEADER}\n`, /holds no row/],
    ['time_s,sensor,acc_x_mps2,acc_y_mps2,acc_z_mps2\n0,left_foot,1,2,3\n', /no gyroscope columns.*acceleration alone/],
    ['time_s,sensor,gyr_x_dps,gyr_y_dps,gyr_z_dps\n0,left_foot,1,2,3\n', /no accelerometer columns/],
    [`${HEADER.replace('sensor,', '')}\n0,1,2,3,4,5,6\n`, /lacks the column sensor.*left_foot, right_foot, pelvis/],
    [`${HEADER.replace(',gyr_z_dps', '')}\n`, /lacks the column gyr_z_dps/],
    ['Dear diary,\ntoday I walked.\n', /not a recording: expected an MCAP file, or a CSV/],
    ['\u0000\u0001\u0002binary', /binary data of another kind/],
    [`${HEADER}\n0,knee,1,2,3,4,5,6\n`, /no row of samples that can be read.*unknown sensor "knee"/],
  ])('%j is refused in words', async (text, message) => {
    const opening = openText(text);
    await expect(opening).rejects.toThrow(message);
    await expect(opening).rejects.toBeInstanceOf(RecordingError);
  });

  it.each([
    [[0x1f, 0x8b, 8, 0], /gzip/],
    [[0x50, 0x4b, 3, 4], /ZIP/],
    [[0xff, 0xfe, 0x74, 0], /UTF-16/],
    [[0x89, 0x4d, 0x43], /cut off or damaged at its very beginning/],
  ])('bytes %j are told for what they are', async (bytes, message) => {
    await expect(open(Uint8Array.from(bytes))).rejects.toThrow(message);
  });
});

describe('CSV out', () => {
  const csvOf = async (recording: Recording): Promise<string> => {
    const writer = new CsvWriter(recording.slots);
    let text = writer.start();
    for await (const notification of recording.notifications) text += writer.push(notification);
    return text + writer.end();
  };

  it('a CSV that went through MCAP comes out with the same rows, number for number', async () => {
    const lines = [HEADER];
    for (let i = 0; i < 1500; i++) if (i % 97 !== 0) lines.push(rowOf(i), rowOf(i, 'right_foot'));
    const before = await openText(lines.join('\n'));
    const mcap = await mcapOf(await all(before), {}, before.slots);
    const after = await csvOf(await open(mcap));
    expect(await rowsOf(await openText(after))).toEqual(await rowsOf(await openText(lines.join('\n'))));
    expect(after.split('\n')[0]).toBe(HEADER);
  });

  it("sensors' packets become rows in the order of time; what was lost is a missing row", async () => {
    const sent = packets(20).filter((_, i) => i !== 30);
    const text = await csvOf(await open(await mcapOf(sent)));
    const rows = text
      .trim()
      .split('\n')
      .slice(1)
      .map((line) => line.split(','));
    expect(rows).toHaveLength(20 * sent.length);
    for (let i = 1; i < rows.length; i++) expect(Number(rows[i]![0])).toBeGreaterThanOrEqual(Number(rows[i - 1]![0]));
    const packet = sensorModel('gaitkeeper').createDecoder().decode(sent[1]!.bytes);
    const first = rows.find((row) => row[1] === SLOTS[1]!.site)!;
    expect(Number(first[2])).toBeCloseTo(packet.ok ? packet.packet!.accMps2[0]! : NaN, 5);
    expect(Number(first[5])).toBeCloseTo(packet.ok ? (packet.packet!.gyrRadps[0]! * 180) / Math.PI : NaN, 4);
  });
});
