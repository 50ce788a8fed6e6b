import { ApiError, whenSignedOut } from '../api/client.ts';
import { service } from '../api/service.ts';
import type { Settings } from '../api/types.ts';
import { valueIn } from './address.ts';
import { takePreferences } from './preferences.svelte.ts';
import { refusalText } from './problem-words.ts';

/** `unknown` until the service answered; `away` when it can't be reached. */
export type SignedIn = 'unknown' | 'in' | 'out' | 'away';

export const session = $state<{ state: SignedIn; settings: Settings | null; problem: string | null; tries: number }>({
  state: 'unknown',
  settings: null,
  problem: null,
  tries: 0,
});

whenSignedOut(() => {
  session.state = 'out';
});

async function entered(): Promise<void> {
  session.settings = await service.settings();
  await takePreferences(session.settings.preferences);
  session.problem = null;
  session.state = 'in';
}

function failed(error: unknown): void {
  if (error instanceof ApiError && error.status !== 0 && error.status < 500) {
    session.state = 'out';
    if (error.status !== 401 || session.tries > 0) session.problem = refusalText(error.problem);
    return;
  }
  session.state = 'away';
}

/** Posts a one-time code. */
export async function signIn(code: string): Promise<void> {
  session.tries++;
  try {
    await service.signIn(code.trim());
    await entered();
  } catch (error) {
    failed(error);
  }
}

/**
 * Begins: takes the code out of the address (so that it is neither kept in history nor shown), posts it, or asks whether
 * the cookie still holds.
 */
export async function enter(): Promise<void> {
  const code = valueIn(location.hash, 'code');
  if (code !== null) {
    history.replaceState(null, '', location.pathname + location.search);
    // A cookie that still holds is enough: the code is single use and may be spent by a reload.
    try {
      await service.signIn(code);
      await entered();
      return;
    } catch (error) {
      if (!(error instanceof ApiError) || error.status === 0) {
        failed(error);
        return;
      }
      session.tries++;
      try {
        await service.session();
        await entered();
      } catch {
        failed(error);
      }
      return;
    }
  }
  try {
    await service.session();
    await entered();
  } catch (error) {
    failed(error);
  }
}

/** Ends the session in this browser. */
export async function leave(): Promise<void> {
  await service.signOut().catch(() => undefined);
  session.state = 'out';
  session.settings = null;
}
