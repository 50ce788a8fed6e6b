import type { ApiContext } from '../api-context.ts';
import { keepsNothing } from './consent.ts';
import type { HostLog } from './host-log.ts';

/** Erases walks that may not be kept: each when it ends, and at the start those that a crash has left behind. */
export function eraseUnkept({ store, host, jobs }: ApiContext, log: HostLog): void {
  const erase = (walkId: string): void => {
    void jobs
      .run(async () => {
        if (store.walks.find(walkId) !== undefined) await store.eraseWalk(walkId);
      })
      .then(
        () => log.info({}, 'a walk that may not be kept was erased'),
        (error: unknown) => log.error({ err: error }, 'a walk that may not be kept could not be erased'),
      );
  };
  host.onFinished((walk) => {
    if (keepsNothing(store, walk.profileId)) erase(walk.id);
  });
  let cursor: string | null | undefined;
  while (cursor !== null) {
    const page = store.walks.list({ state: 'interrupted', limit: 200, ...(cursor === undefined ? {} : { cursor }) });
    for (const walk of page.items) if (keepsNothing(store, walk.profileId)) erase(walk.id);
    cursor = page.nextCursor;
  }
}
