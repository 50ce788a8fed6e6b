import { expect } from 'vitest';
import type { TSchema } from 'typebox';
import { Errors } from 'typebox/value';
import type { InjectOptions } from 'fastify';
import { BEARER, HandClock, startService, type Service } from './service.ts';
import { strideTruth, syntheticWalk } from './synthetic-walk.ts';
import type { SensorNotification, SensorSlot } from '../../src/domain/notification.ts';
import type { Walk } from '../../src/api/contract.ts';
import type { StrideRecord } from '../../src/domain/records.ts';
import type { SensorSite } from '../../src/domain/sites.ts';
import type { WalkClock } from '../../src/api/recorder/walk-clock.ts';

/** Asks as the owner; the answer has to keep to the contract's schema. */
export async function ask<T>(
  service: Service,
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE',
  url: string,
  options: { body?: unknown; status?: number; schema?: TSchema; headers?: Record<string, string> } = {},
): Promise<T> {
  const request: InjectOptions = { method, url: `/api/v1${url}`, headers: { ...BEARER, ...options.headers } };
  if (options.body !== undefined) request.payload = options.body as object;
  const answer = await service.app.inject(request);
  expect({ url, status: answer.statusCode, body: answer.statusCode >= 400 ? answer.body : '' }).toMatchObject({
    status: options.status ?? 200,
  });
  if (answer.body === '') return undefined as T;
  const value = answer.json<T>();
  if (options.schema !== undefined) expect(Errors(options.schema, value).slice(0, 3)).toEqual([]);
  return value;
}

/** Two clocks that a test moves together. */
export class TestClock extends HandClock implements WalkClock {
  readonly bootId = 'boot-1';
  nowNs(): bigint {
    return BigInt(Math.round(this.s * 1e9));
  }
}

export interface WalkingService {
  service: Service;
  clock: TestClock;
  slots: readonly SensorSlot[];
  notifications: SensorNotification[];
  /** Lets the sensors send what they do until this time of the synthetic walk [s]; the clocks go along. */
  walkUntil: (untilS: number) => void;
}

/** A service whose three paired sensors walk a synthetic walk as the test's clock goes on. */
export async function walkingService(seconds: number, folder?: string): Promise<WalkingService> {
  const clock = new TestClock();
  const service = await startService({
    clock,
    walkClock: clock,
    ...(folder === undefined ? {} : { folder }),
    keep: folder !== undefined,
  });
  const { slots, notifications } = syntheticWalk(seconds);
  for (const { site } of slots) service.hub.add(`s-${site}`, { site, paired: true, state: 'streaming', virtual: true });
  const startS = clock.s;
  let next = 0;
  return {
    service,
    clock,
    slots,
    notifications,
    walkUntil: (untilS) => {
      for (; next < notifications.length && notifications[next]!.receivedS <= untilS; next++) {
        const { slot, receivedS, bytes } = notifications[next]!;
        clock.advance(Math.max(0, startS + receivedS - clock.s));
        service.hub.send(`s-${slots.find((s) => s.slot === slot)!.site}`, bytes);
      }
      clock.advance(Math.max(0, startS + untilS - clock.s));
    },
  };
}

/** The strides of a stored walk's packets, analysed as if its sites had been these from the start. */
export async function storedTruth({ context: { store } }: Service, walkId: string): Promise<StrideRecord[]> {
  const packets = [];
  for await (const notification of store.walks.notifications(walkId)) packets.push(notification);
  return strideTruth(store.walks.get(walkId).slots, packets);
}

const OTHER = { left_foot: 'right_foot', right_foot: 'left_foot', pelvis: 'pelvis', sensor: 'sensor' } as const;

/** A walk's sites, left for right: what mends swapped shoes. */
export const swappedSites = (walk: Walk): { slot: number; site: SensorSite }[] =>
  walk.sensors.map(({ slot, site }) => ({ slot, site: OTHER[site] }));
