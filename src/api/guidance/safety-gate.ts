import { ProblemError } from '../problem.ts';
import type { WearerState } from './wearer-state.ts';

/** @throws ProblemError 403 where the safety check is due or closes plan and trials */
export function mustBeOpen(wearer: WearerState, nowMs: number): void {
  const { state } = wearer.safety(nowMs);
  if (state === 'open') return;
  throw new ProblemError(403, 'safety_check', 'Plan and trials are closed by the safety check.', {
    whatToDo: state === 'due' ? 'Answer the nine questions first.' : 'Please see what the safety check advises.',
  });
}
