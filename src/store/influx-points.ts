import type { IPoint } from 'influx';
import type { OutboxEntry } from './mirror-outbox.ts';

/** Measurements that the mirror writes: one a record type, named as the type. */
export const MEASUREMENTS = ['stride', 'step', 'walk'] as const;

const FIELD_NAME = /^[a-z][a-z0-9_]{0,99}$/;
const LONGEST_TEXT = 200;

/**
 * The point of an entry. Its time comes from the walk alone (start and contact, to the nanosecond) and its tags never
 * change, so sending it twice leaves one point. Tags: `walk`, `profile`, and `side` of strides and steps. A value that
 * isn't known has no field; nothing that isn't a finite number, a truth value or a cleaned text ever goes out.
 * @returns undefined for an entry that isn't mirrored
 */
export function pointOf({ entry, walk }: OutboxEntry): IPoint | undefined {
  const tags = { walk: walk.id, profile: walk.profileId };
  const at = (seconds: number): string => nanoseconds(walk.startedAtMs, seconds);
  switch (entry.type) {
    case 'stride':
      return {
        measurement: 'stride',
        tags: { ...tags, side: entry.side },
        fields: scalarFields(entry),
        timestamp: at(entry.ic_s),
      };
    case 'step':
      return {
        measurement: 'step',
        tags: { ...tags, side: entry.side },
        fields: scalarFields(entry),
        timestamp: at(entry.ic_s),
      };
    case 'walk':
      return {
        measurement: 'walk',
        tags,
        fields: {
          ...scalarFields(entry),
          ...sideFields('left', entry.left),
          ...sideFields('right', entry.right),
          ...textFields(walk.tags),
        },
        // A walk has one summary: it stands at the start, whatever a later analysis makes of the end.
        timestamp: at(0),
      };
    default:
      return undefined;
  }
}

/** Nanoseconds since 1970 as a decimal text: more digits than a number can hold. */
function nanoseconds(startedAtMs: number, seconds: number): string {
  return String(BigInt(Math.round(startedAtMs)) * 1_000_000n + BigInt(Math.round(seconds * 1e9)));
}

type Fields = Record<string, number | boolean | string>;

function scalarFields(record: object): Fields {
  const fields: Fields = {};
  for (const [name, value] of Object.entries(record)) {
    if (!FIELD_NAME.test(name)) continue;
    if (typeof value === 'boolean' || (typeof value === 'number' && Number.isFinite(value))) fields[name] = value;
  }
  return fields;
}

function sideFields(side: string, summary: { strides: number; valid_strides: number; medians: object }): Fields {
  const named = { strides: summary.strides, valid_strides: summary.valid_strides, ...summary.medians };
  return Object.fromEntries(Object.entries(scalarFields(named)).map(([name, value]) => [`${side}_${name}`, value]));
}

/** The line protocol's encoder doesn't escape line ends, so no control character, quote or backslash gets there. */
function textFields(tags: OutboxEntry['walk']['tags']): Fields {
  const fields: Fields = {};
  for (const name of ['shoes', 'insoles', 'ground'] as const) {
    const text = tags[name];
    if (typeof text === 'string' && text !== '') fields[name] = cleaned(text);
  }
  const luggage = tags.luggage_kg;
  if (typeof luggage === 'number' && Number.isFinite(luggage)) fields['luggage_kg'] = luggage;
  return fields;
}

const cleaned = (text: string): string => text.replaceAll(/[\p{Cc}\p{Zl}\p{Zp}"\\]/gu, ' ').slice(0, LONGEST_TEXT);
