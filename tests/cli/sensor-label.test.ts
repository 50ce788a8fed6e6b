import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { decodeQR } from 'qr/decode.js';
import { describe, expect, it } from 'vitest';
import { sensorsCommand } from '../../src/cli/commands/sensors.ts';
import { runCommand, runCommandWith } from './run-command.ts';
import { freshFolder } from './running.ts';

const SERIAL = '9F3A01D2C4B5E677';
const KEY = '00112233445566778899aabbccddeeff';
const CODE = `gaitkeeper-sensor:${SERIAL}:${KEY}`;

const label = (...args: string[]) => runCommand(sensorsCommand, 'label', ...args);

/** Dark or not, square by square, read by another library than the one that drew it. */
function decoded(dark: readonly (readonly boolean[])[]): string {
  const scale = 4;
  const [width, height] = [dark[0]!.length * scale, dark.length * scale];
  const data = new Uint8ClampedArray(4 * width * height).fill(255);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++)
      if (dark[Math.floor(y / scale)]![Math.floor(x / scale)] === true)
        data.fill(0, 4 * (y * width + x), 4 * (y * width + x) + 3);
  return decodeQR({ width, height, data });
}

/** A picture of half blocks, with its white border made wide enough for a reader. */
function ofTerminal(out: string): boolean[][] {
  // The border below is half a line: white above, the terminal's own ground below.
  const lines = out
    .replaceAll(/\x1b\[37m[▀▄]/g, ' ')
    .replaceAll(/\x1b\[\d+m/g, '')
    .split('\n')
    .filter((line) => line.trim() !== '');
  const rows = lines.flatMap((line) => [
    Array.from(line, (c) => c === '█' || c === '▀'),
    Array.from(line, (c) => c === '█' || c === '▄'),
  ]);
  const width = Math.max(...rows.map((row) => row.length));
  const side = Array.from({ length: 4 }, () => false);
  const blank = () => Array.from({ length: width + 8 }, () => false);
  const wide = rows.map((row) => [
    ...side,
    ...row,
    ...Array.from({ length: width - row.length }, () => false),
    ...side,
  ]);
  return [blank(), blank(), blank(), ...wide, blank(), blank(), blank()];
}

/** The squares of the label's drawing, whose lines are strokes one square high. */
function ofSvg(svg: string): boolean[][] {
  const side = Number(/viewBox="0 0 (\d+) \1" shape-rendering/.exec(svg)![1]);
  const dark = Array.from({ length: side }, () => Array.from({ length: side }, () => false));
  let [x, y] = [0, 0];
  for (const [, step, first, second] of /stroke="#000000" d="([^"]+)"/
    .exec(svg)![1]!
    .matchAll(/([Mmh])([\d.]+) ?([\d.]*)/g)) {
    if (step === 'M') [x, y] = [Number(first), Math.floor(Number(second))];
    else {
      if (step === 'h') dark[y]!.fill(true, x, x + Number(first));
      x += Number(first);
    }
  }
  return dark;
}

describe('gaitkeeper sensors label', () => {
  it('prints a QR code in the terminal that holds the whole code', async () => {
    const { out, notes, exitCode } = await label(CODE);
    expect(decoded(ofTerminal(out))).toBe(CODE);
    expect(notes).toContain(`Sensor ${SERIAL}.`);
    expect(`${out}${notes}`).not.toContain(KEY);
    expect(exitCode).toBe(0);
  });

  it('takes the code from the standard input up to the end of its line, so that the shell keeps nothing of it', async () => {
    // As somebody types: pieces, then the line's end, and no end of the input.
    function* keyboard() {
      yield '\n  gaitkeeper-';
      yield `sensor:${SERIAL}:${KEY.toUpperCase()}  \r\n`;
      throw new Error('Read on after the line.');
    }
    const { out, exitCode } = await runCommandWith(keyboard(), sensorsCommand, 'label', '-');
    expect(exitCode).toBe(0);
    expect(decoded(ofTerminal(out))).toBe(CODE);
  });

  it('writes a label of 30 x 35 mm with the serial number in words, for its owner alone, and never over a file', async () => {
    const file = path.join(freshFolder(), 'left.svg');
    const { out, notes, exitCode } = await label(CODE, '--svg', file);
    expect([out, exitCode]).toEqual(['', 0]);
    expect(notes).toContain('holds the key');
    const svg = readFileSync(file, 'utf8');
    expect(svg).toMatch(/^<svg [^>]*width="30mm" height="35mm"/);
    expect(svg).toContain(`>${SERIAL}</text>`);
    expect(svg).not.toContain(KEY);
    expect(decoded(ofSvg(svg))).toBe(CODE);
    expect(statSync(file).mode & 0o777).toBe(0o600);

    writeFileSync(file, 'the code itself');
    const again = await label(CODE, '--svg', file);
    expect([again.exitCode, again.notes]).toEqual([1, expect.stringContaining('is there already')]);
    expect(readFileSync(file, 'utf8')).toBe('the code itself');
    const nowhere = await label(CODE, '--svg', path.join(file, 'no', 'folder.svg'));
    expect([nowhere.exitCode, nowhere.notes]).toEqual([1, expect.stringContaining('could not be written')]);
  });

  it('writes the label to the standard output, the longest serial number squeezed into its width', async () => {
    const long = 'A1-'.repeat(10) + 'ZZ';
    const { out, notes } = await label(`gaitkeeper-sensor:${long}:${KEY}`, '--svg', '-');
    expect(decoded(ofSvg(out))).toBe(`gaitkeeper-sensor:${long}:${KEY}`);
    expect(out).toMatch(/ textLength="26" [^>]*>A1-A1-/);
    expect(notes).toBe('');
  });

  it.each([
    ['nothing', '', /not a sensor's code/],
    ['another code', 'WIFI:S:home;P:secret;;', /not a sensor's code/],
    ['a key that is cut off', CODE.slice(0, -1), /32 hexadecimal digits/],
    ['a serial number that would be markup', `gaitkeeper-sensor:<b>:${KEY}`, /serial number/],
    ['a sensor without a key', `gaitkeeper-sensor:${SERIAL}:${'0'.repeat(32)}`, /no key yet/],
  ])('refuses %s in words that do not tell it, and writes nothing', async (_, code, words) => {
    const file = path.join(freshFolder(), 'label.svg');
    const { out, notes, exitCode } = await label(code, '--svg', file);
    expect([out, exitCode]).toEqual(['', 2]);
    expect(notes).toMatch(words);
    expect(notes).not.toMatch(/secret|001122/);
    expect(existsSync(file)).toBe(false);
  });
});
