import { SENSOR_SITES, type SensorSite } from '../domain/sites.ts';
import type { SensorSlot } from '../domain/notification.ts';
import { openRecording } from '../recording/open-recording.ts';
import type { Recording } from '../recording/recording.ts';
import { forUser } from './for-user.ts';
import { UserError } from './terminal.ts';

/** Opens a recording; what is wrong with it becomes a sentence for the user. */
export async function openForUser(file: string, resent?: Parameters<typeof openRecording>[1]): Promise<Recording> {
  return await forUser(() => openRecording(file, resent));
}

/** `--sensors pelvis,left_foot`. */
export function parseSites(text: string): readonly SensorSite[] {
  return text.split(',').map((part) => {
    const name = part.trim();
    const site = SENSOR_SITES.find((s) => s === name);
    if (site === undefined)
      throw new UserError(`There is no sensor "${name}". Choose from: ${SENSOR_SITES.join(', ')}.`, 2);
    return site;
  });
}

/** The slots that were asked for. */
export function chooseSlots(
  recording: Recording,
  sites: readonly SensorSite[] | undefined,
  file: string,
): readonly SensorSlot[] {
  if (sites === undefined) return recording.slots;
  for (const site of sites)
    if (!recording.slots.some((slot) => slot.site === site))
      throw new UserError(
        `"${file}" has no sensor "${site}"; it has: ${recording.slots.map((s) => s.site).join(', ')}.`,
      );
  return recording.slots.filter((slot) => sites.includes(slot.site));
}
