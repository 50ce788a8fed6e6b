import { writeFile } from 'node:fs/promises';
import type { Command } from 'commander';
import qrcode from 'qrcode';
import { formatSensorKey, type SensorKey } from '../../protocol/sensor-key.ts';
import { UserError, type Terminal } from '../terminal.ts';
import { CODE_ARGUMENT, readSensorCode } from './sensor-code.ts';

/** Side of the printed code with its white border [mm]: a phone reads it from a hand's breadth, and it fits on a small box. */
const SIDE_MM = 30;
/** With room for the serial number below it [mm]. */
const HEIGHT_MM = 35;
/** Longer serial numbers are squeezed into the label's width [characters]. */
const SERIAL_FITS = 16;

/** Adds `label` to `gaitkeeper sensors`: a sensor's code as a QR code, for the page to read from a photo. Needs no service. */
export function addLabelCommand(sensors: Command, terminal: Terminal): void {
  sensors
    .command('label')
    .exitOverride()
    .description("print the QR code of a sensor's own key: in the terminal, or as a label for its box")
    .argument('<code>', CODE_ARGUMENT)
    .option('--svg <file>', `write a label of ${SIDE_MM} x ${HEIGHT_MM} mm as SVG; - for the standard output`)
    .addHelpText(
      'after',
      `
Examples:
  $ gaitkeeper sensors label -                       paste the code and press Enter: it is not kept in the shell's history
  $ gaitkeeper sensors label - --svg left.svg        a label to print

The label holds the key: whoever photographs it can command and imitate the sensor. Stick it inside the sensor's box.`,
    )
    .action(async (code: string, { svg }: { svg?: string }) => {
      const sensor = await readSensorCode(terminal, code);
      if (sensor.key.every((byte) => byte === 0))
        throw new UserError('This sensor has no key yet: its digits are all 0. Say "key new" to it over USB first.', 2);
      if (svg === undefined) {
        const picture = await qrcode.toString(formatSensorKey(sensor), { type: 'terminal', small: true });
        await terminal.out(`${picture}\n`);
        terminal.note(`Sensor ${sensor.serial}. The picture holds its key: clear the screen afterwards.\n`);
      } else if (svg === '-') await terminal.out(await labelSvg(sensor));
      else {
        await writeLabel(svg, await labelSvg(sensor));
        terminal.note(
          `${svg}: the label of sensor ${sensor.serial}. It holds the key: print it, then erase the file.\n`,
        );
      }
    });
}

/** The label: the code, and below it the number by which its owner tells the boxes apart. Never the key in digits. */
async function labelSvg(sensor: SensorKey): Promise<string> {
  const picture = await qrcode.toString(formatSensorKey(sensor), { type: 'svg', width: SIDE_MM });
  const number = sensor.serial;
  const squeezed = number.length > SERIAL_FITS ? ` textLength="${SIDE_MM - 4}" lengthAdjust="spacingAndGlyphs"` : '';
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${SIDE_MM}mm" height="${HEIGHT_MM}mm" viewBox="0 0 ${SIDE_MM} ${HEIGHT_MM}">
<path fill="#fff" d="M0 0h${SIDE_MM}v${HEIGHT_MM}H0z"/>
${picture.trim()}
<text x="${SIDE_MM / 2}" y="${HEIGHT_MM - 3}" font-family="monospace" font-size="2.6" text-anchor="middle"${squeezed}>${number}</text>
</svg>
`;
}

/** For its owner's eyes only, and never over a file that is there: the text with the code may be one. */
async function writeLabel(file: string, svg: string): Promise<void> {
  try {
    await writeFile(file, svg, { mode: 0o600, flag: 'wx' });
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw new UserError(
      code === 'EEXIST'
        ? `"${file}" is there already. Name another file.`
        : `The label could not be written: ${message}`,
    );
  }
}
