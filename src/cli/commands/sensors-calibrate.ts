import { setTimeout as wait } from 'node:timers/promises';
import type { Calibration, FitReason, SensorList } from '../../api/contract.ts';
import { askService, type RunningService } from '../service/running-service.ts';
import { UserError, type Terminal } from '../terminal.ts';

const ASK_EVERY_MS = 200;

const REASONS: Readonly<Record<FitReason, string>> = {
  loss_some: 'a little data is lost on the way',
  loss_much: "much data is lost: move the receiver closer, out of the body's shade",
  silent: 'a sensor says nothing: tap it, or charge it',
  sides: 'left and right steps did not alternate: are the shoes the right way round?',
  swapped: 'the motion looks as if left and right were swapped',
  slipped: 'a sensor shifted: strap it tighter',
  axes: "the shoe's axes are still being found, which takes some more straight steps",
  one_foot: 'one shoe only: no comparison of left and right',
  no_pelvis: 'no pelvis sensor: no degrees of the pelvis',
  still_skipped: 'standing still was skipped',
};

/**
 * Stand still, ten steps, a grade. Virtual sensors are told to stand and to walk.
 * @returns the graded calibration
 * @throws UserError where it was given up, here or elsewhere
 */
export async function calibrate(terminal: Terminal, service: RunningService, skipStill: boolean): Promise<Calibration> {
  const { sensors } = (await askService(service, 'GET', '/api/v1/sensors')) as SensorList;
  const worn = sensors.filter((s) => s.paired);
  const virtual = worn.length > 0 && worn.every((s) => s.virtual);
  const walk = async (walking: boolean): Promise<void> => {
    if (virtual) await askService(service, 'PATCH', '/api/v1/virtual-walker', { walking });
  };
  await walk(false);
  let now = (await askService(service, 'POST', '/api/v1/calibration', { skip_still: skipStill })) as Calibration;
  let said = '';
  const say = (text: string): void => {
    if (text !== said) terminal.note(`${text}\n`);
    said = text;
  };
  let walking = false;
  while (now.phase !== 'graded') {
    if (now.phase === 'idle') throw new UserError('The calibration was given up: it was not done within five minutes.');
    if (now.phase === 'still')
      say(
        now.moved_dps === null || now.still_share > 0
          ? 'Stand still, both feet flat, for 5 s.'
          : `You moved a little (${now.moved_dps.toFixed(0)} deg/s). Once more.`,
      );
    else {
      if (!walking) await walk(true);
      walking = true;
      say(`Walk straight on: ${now.step_sides.length} of ${now.steps_wanted} steps.`);
    }
    await wait(ASK_EVERY_MS);
    now = (await askService(service, 'GET', '/api/v1/calibration')) as Calibration;
  }
  return now;
}

/** The grade with its reasons, for a terminal. */
export const gradeLine = ({ grade, reasons }: Calibration): string =>
  `Grade ${String(grade)}: ${reasons.length === 0 ? 'sides, signal and motion agree' : reasons.map((r) => REASONS[r]).join('; ')}.`;
