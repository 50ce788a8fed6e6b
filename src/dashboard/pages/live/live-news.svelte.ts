import { service } from '../../api/service.ts';
import type { FindingRecord, HealthProblem } from '../../api/types.ts';
import { playCue } from '../../state/cue.ts';
import { findingWords } from '../../state/finding-words.ts';
import { live } from '../../state/live.svelte.ts';
import { NoticeRule } from '../../state/notices.ts';
import { preferences } from '../../state/preferences.svelte.ts';
import type { WalkSeries } from '../../state/walk-series.ts';

const ASK_HEALTH_MS = 10_000;

/** The walk of which the wearer said that its shoes are not swapped: not asked again when the page comes back. */
let notSwapped = '';

/** What the live page has to tell: the finding to be noticed, and what troubles the service. Made while a component begins. */
export class LiveNews {
  finding = $state.raw<FindingRecord | null>(null);
  problems = $state.raw<readonly HealthProblem[]>([]);
  #rule = new NoticeRule();
  #series: WalkSeries | undefined;

  constructor() {
    $effect(() => {
      if (live.caughtUp && live.added >= 0) this.#look();
    });
    $effect(() => {
      void this.#askHealth();
      const timer = setInterval(() => void this.#askHealth(), ASK_HEALTH_MS);
      return () => clearInterval(timer);
    });
  }

  seen(): void {
    if (this.finding?.kind === 'sensors_swapped') notSwapped = live.series.walkId;
    this.finding = null;
  }

  #look(): void {
    const { series } = live;
    if (this.#series !== series) {
      this.#rule = new NoticeRule();
      this.finding = null;
      // No cue for what was found before this page looked on.
      if (this.#series === undefined) {
        const old = this.#rule.catchUp(series.findings);
        this.finding = notSwapped === series.walkId ? null : old;
      }
      this.#series = series;
    }
    const found = this.#rule.next(series.findings);
    if (found === null) return;
    this.finding = found;
    if (findingWords(found).aboutGait) playCue(preferences);
  }

  async #askHealth(): Promise<void> {
    try {
      this.problems = (await service.health()).problems ?? [];
    } catch {
      this.problems = [];
    }
  }
}
