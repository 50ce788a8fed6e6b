import { Check } from 'typebox/value';
import type { ApiContext } from '../api-context.ts';
import { Retention } from '../contract.ts';
import type { HostLog } from './host-log.ts';

const EVERY_MS = 6 * 3600 * 1000;

/** Removes what is older than the wearer wants to keep: at start and every six hours. @returns stop */
export function keepRetention({ store, clock, jobs, audit }: ApiContext, log: HostLog): () => void {
  const apply = (): void => {
    const rule = store.settings.get(null, 'retention');
    if (!Check(Retention, rule) || (rule.raw_days === null && rule.walk_days === null)) return;
    jobs
      .run(() =>
        store.applyRetention({
          nowMs: clock.wallMs(),
          ...(rule.raw_days === null ? {} : { rawDays: rule.raw_days }),
          ...(rule.walk_days === null ? {} : { walkDays: rule.walk_days }),
        }),
      )
      .then(
        ({ rawRemoved, walksErased }) => {
          if (rawRemoved + walksErased === 0) return;
          log.info({ rawRemoved, walksErased }, 'retention applied');
          audit.noteOwn('walk_erased', `by age: ${walksErased} walks, packets of ${rawRemoved} more`);
        },
        (error: unknown) => log.error({ err: error }, 'retention failed'),
      );
  };
  apply();
  return clock.every(EVERY_MS, apply);
}
