import { parseSensorKey, type SensorKey } from '../../protocol/sensor-key.ts';
import { UserError, type Terminal } from '../terminal.ts';

/** How the argument of a sensor's code is explained. */
export const CODE_ARGUMENT =
  'gaitkeeper-sensor:<serial>:<32 hexadecimal digits>, or - to read it from the standard input';

/** No code is longer: what comes after is not read [characters]. */
const LONGEST = 1000;

/** A sensor's code as an argument gives it. @throws UserError where it is none (the code itself is never told) */
export async function readSensorCode(terminal: Terminal, argument: string): Promise<SensorKey> {
  const text = argument === '-' ? await firstLine(terminal.input()) : argument;
  try {
    return parseSensorKey(text);
  } catch (error) {
    throw new UserError((error as Error).message, 2);
  }
}

/** Ends with the line: who pastes the code at a keyboard need not know how to end the input. */
async function firstLine(input: AsyncIterable<Buffer | string>): Promise<string> {
  let text = '';
  for await (const part of input) {
    text = (text + part.toString()).trimStart();
    if (text.includes('\n') || text.length > LONGEST) break;
  }
  return text.split('\n', 1)[0] ?? '';
}
