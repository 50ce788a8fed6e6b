import { Check } from 'typebox/value';
import type { WalkStore } from '../../store/walk-store.ts';
import type { Caller } from '../access/access-control.ts';
import { Consent } from '../contract.ts';
import { ProblemError } from '../problem.ts';

/** What the wearer agreed to; null: nobody has answered yet. */
export function consentOf(store: WalkStore, profileId: string): Consent | null {
  const consent = store.settings.get(profileId, 'consent');
  return Check(Consent, consent) ? consent : null;
}

/**
 * Whether walks of this person go when they end: shown while they are walked, never kept. A refusal counts; where nobody has
 * answered, the walk was started by a script of the owner, who keeps what the script makes.
 */
export const keepsNothing = (store: WalkStore, profileId: string): boolean =>
  consentOf(store, profileId)?.keep_gait === false;

/**
 * A browser asks first: nothing is recorded, imported or marked from a page before the wearer has answered, and what they
 * refused is refused to everybody.
 * @param what `walk`: recording, which without consent is shown and not kept; `import`, `pain`: keeping is their whole purpose
 * @throws ProblemError 409 `no_consent`
 */
export function needConsent(
  store: WalkStore,
  profileId: string,
  caller: Caller | undefined,
  what: 'walk' | 'import' | 'pain',
): void {
  const consent = consentOf(store, profileId);
  if (consent === null) {
    if (caller?.kind !== 'session') return;
    throw refused('Expected an answer to what may be kept on this machine; there is none yet.');
  }
  if (what === 'import' && !consent.keep_gait)
    throw refused('An import is kept, and the wearer has not agreed that walks are kept here.');
  if (what === 'pain' && !consent.keep_pain) throw refused('The wearer has not agreed that pain marks are kept here.');
}

const refused = (detail: string): ProblemError =>
  new ProblemError(409, 'no_consent', detail, {
    whatToDo: 'Answer under Settings, Your data (PUT /settings/consent), then try again.',
  });
