import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { Command, InvalidArgumentError, Option } from 'commander';
import type { SensorSite } from '../../domain/sites.ts';
import { IMU_RATES_HZ } from '../../protocol/imu-packet.ts';
import { sensorModel } from '../../protocol/models/index.ts';
import { CSV_HEADER } from '../../recording/csv-table.ts';
import { beginFile } from '../../recording/file-writer.ts';
import { RecordingWriter } from '../../recording/mcap-writer.ts';
import { WORN_SITES, type WornSite } from '../../simulator/body-motion.ts';
import { MILD_FAULTS, NO_FAULTS, ROUGH_FAULTS } from '../../simulator/faults.ts';
import { SCENARIOS, type ScenarioName } from '../../simulator/scenario.ts';
import { simulateWalk, type SimulatedSamples, type SimulatedWalk } from '../../simulator/simulate-walk.ts';
import { DEG_PER_RAD } from '../../domain/units.ts';
import { forUser } from '../for-user.ts';
import { parseSites } from '../recordings.ts';
import { UserError, type Terminal } from '../terminal.ts';

const FAULTS = { none: NO_FAULTS, mild: MILD_FAULTS, rough: ROUGH_FAULTS } as const;
/** A packet's samples are looked for so far on from the last one's [samples]. */
const SEARCH_SAMPLES = 60_000;

interface SimulateOptions {
  scenario: ScenarioName;
  seed: number;
  seconds: number;
  rate: number;
  faults: keyof typeof FAULTS;
  sensors?: readonly SensorSite[];
  out: string;
}

/** `gaitkeeper simulate`: a virtual walk as files, with the truth about it. */
export function simulateCommand(terminal: Terminal): Command {
  return new Command('simulate')
    .description('walk virtually: writes walk.mcap, walk.csv and truth.json')
    .addOption(new Option('--scenario <name>', 'who walks, and how').choices(SCENARIOS).default('healthy'))
    .option('--seed <number>', 'the same seed gives the same walk', wholeNumber, 1)
    .option('--seconds <number>', 'length of the walk, at most 86400 (a day)', walkLength, 60)
    .option('--rate <hz>', `sampling rate of the sensors: ${IMU_RATES_HZ.join(', ')}`, knownRate, 104)
    .option('--sensors <sites>', `sensors worn (default: ${WORN_SITES.join(',')})`, parseSites)
    .addOption(
      new Option('--faults <day>', 'sensors and radio: without fault, of a good day, of a bad day')
        .choices(Object.keys(FAULTS))
        .default('mild'),
    )
    .requiredOption('--out <folder>', 'where to write; made if it is not there')
    .addHelpText(
      'after',
      `
Examples:
  $ gaitkeeper simulate --scenario healthy --seed 1 --seconds 60 --out demo
  $ gaitkeeper simulate --scenario fatigue --seed 7 --seconds 7200 --out long
  $ gaitkeeper analyze demo --format ndjson

walk.mcap holds the sensors' packets as a radio would deliver them; walk.csv the samples that arrived, at their true times;
truth.json what truly happened.`,
    )
    .action(async (options: SimulateOptions) => {
      const sites = options.sensors?.map((site) => {
        const worn = WORN_SITES.find((s) => s === site);
        if (worn === undefined) throw new UserError(`A virtual walker wears ${WORN_SITES.join(', ')}, not ${site}.`, 2);
        return worn;
      });
      await forUser(() => simulate(terminal, options, sites));
    });
}

async function simulate(
  terminal: Terminal,
  options: SimulateOptions,
  sites: readonly WornSite[] | undefined,
): Promise<void> {
  const { scenario, seed, seconds } = options;
  const walk = simulateWalk({
    scenario,
    seed,
    seconds,
    rateHz: options.rate,
    faults: FAULTS[options.faults],
    ...(sites === undefined ? {} : { sites }),
  });
  await mkdir(options.out, { recursive: true });
  const meta = { simulated: { scenario, seed, seconds, rate_hz: options.rate, faults: options.faults } };
  const arrived = await writePackets(walk, path.join(options.out, 'walk.mcap'), meta);
  await writeRows(arrived, path.join(options.out, 'walk.csv'));
  await writeText(path.join(options.out, 'truth.json'), `${JSON.stringify(walk.truth)}\n`);
  const { truth } = walk;
  terminal.note(
    `${options.out}: walk.mcap, walk.csv, truth.json (${truth.strides.length} strides, ${truth.events.length} contacts)\n`,
  );
}

/** What of a sensor's samples came through. */
interface Arrived {
  readonly samples: SimulatedSamples;
  readonly came: Uint8Array;
}

async function writePackets(
  walk: SimulatedWalk,
  file: string,
  meta: Readonly<Record<string, unknown>>,
): Promise<readonly Arrived[]> {
  const samples = walk.samples();
  const sensors = walk.slots.map((slot) => {
    const own = samples.find((s) => s.site === slot.site)!;
    const came = new Uint8Array(own.count);
    return { slot: slot.slot, decoder: sensorModel(slot.model).createDecoder(), samples: own, came, next: 0 };
  });
  const out = await beginFile(file);
  try {
    const mcap = new RecordingWriter((bytes) => out.write(bytes), walk.slots);
    await mcap.start(meta);
    for (const notification of walk.notifications()) {
      await mcap.add(notification);
      const sensor = sensors.find((s) => s.slot === notification.slot)!;
      const result = sensor.decoder.decode(notification.bytes);
      if (!result.ok || result.packet === undefined) continue;
      const { count, accMps2, gyrRadps } = result.packet;
      const at = find(sensor.samples, accMps2, gyrRadps, count, sensor.next);
      if (at === undefined) continue;
      sensor.came.fill(1, at, at + count);
      sensor.next = at + count;
    }
    await mcap.end();
    await out.finish();
  } finally {
    await out.abandon();
  }
  return sensors;
}

/** Where a packet's samples are among those that the sensor took: their noise is as good as a number on each. */
function find(
  samples: SimulatedSamples,
  acc: Float64Array,
  gyr: Float64Array,
  count: number,
  due: number,
): number | undefined {
  const here = (at: number): boolean => {
    for (let i = 0; i < 3 * count; i++)
      if (samples.accMps2[3 * at + i] !== acc[i] || samples.gyrRadps[3 * at + i] !== gyr[i]) return false;
    return true;
  };
  const last = samples.count - count;
  for (let off = 0; off < SEARCH_SAMPLES; off++) {
    if (due + off <= last && here(due + off)) return due + off;
    if (off > 0 && due - off >= 0 && due - off <= last && here(due - off)) return due - off;
  }
  return undefined;
}

async function writeRows(sensors: readonly Arrived[], file: string): Promise<void> {
  const out = await beginFile(file);
  const next = sensors.map(() => 0);
  try {
    await out.write(`${CSV_HEADER}\n`);
    for (;;) {
      let first = -1;
      let firstS = Infinity;
      for (const [i, { samples, came }] of sensors.entries()) {
        while (next[i]! < samples.count && came[next[i]!] === 0) next[i]!++;
        const timeS = next[i]! < samples.count ? samples.timesS[next[i]!]! : Infinity;
        if (timeS < firstS) {
          first = i;
          firstS = timeS;
        }
      }
      if (first < 0) break;
      const { samples } = sensors[first]!;
      const at = next[first]!++;
      const acc = samples.accMps2.subarray(3 * at, 3 * at + 3);
      const gyr = samples.gyrRadps.subarray(3 * at, 3 * at + 3);
      const values = [...acc, ...gyr.map((v) => v * DEG_PER_RAD)].map((v) => v.toFixed(5));
      await out.write(`${firstS.toFixed(6)},${samples.site},${values.join(',')}\n`);
    }
    await out.finish();
  } finally {
    await out.abandon();
  }
}

async function writeText(file: string, text: string): Promise<void> {
  const out = await beginFile(file);
  try {
    await out.write(text);
    await out.finish();
  } finally {
    await out.abandon();
  }
}

/** A walk is laid out in memory first; longer ones than a day nobody takes [s]. */
const LONGEST_S = 86_400;

function walkLength(text: string): number {
  const value = Number(text);
  if (!(value > 0 && value <= LONGEST_S))
    throw new InvalidArgumentError(`It must be above 0 and at most ${LONGEST_S}.`);
  return value;
}

function knownRate(text: string): number {
  const value = Number(text);
  if (!IMU_RATES_HZ.includes(value))
    throw new InvalidArgumentError(`The sensors have no rate of ${text} Hz; they have ${IMU_RATES_HZ.join(', ')}.`);
  return value;
}

function wholeNumber(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 0)
    throw new InvalidArgumentError('It must be a whole number, 0 or more.');
  return value;
}
