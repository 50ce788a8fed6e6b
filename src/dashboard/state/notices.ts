import type { FindingRecord } from '../api/types.ts';
import { findingWords } from './finding-words.ts';

/** At most one notice about the gait in this time [s of walk]. */
const APART_S = 600;

/**
 * Which findings have been shown as a notice: once a metric and walk, at most one about the gait in ten minutes. The rest
 * waits for the report.
 */
export class NoticeRule {
  #shown = new Set<string>();
  #lastGaitS = -Infinity;
  #seen = 0;

  /** Takes what is new in `findings`; gives the one to show now, if any. */
  next(findings: readonly FindingRecord[]): FindingRecord | null {
    let found: FindingRecord | null = null;
    for (const finding of findings.slice(this.#seen)) {
      // A link that comes and goes has its own place in the health strip.
      if (finding.kind === 'sensor_lost' || finding.kind === 'sensor_rebooted') continue;
      const words = findingWords(finding);
      if (this.#shown.has(words.key)) continue;
      if (words.aboutGait && finding.known_at_s - this.#lastGaitS < APART_S) continue;
      this.#shown.add(words.key);
      if (words.aboutGait) this.#lastGaitS = finding.known_at_s;
      found = finding;
    }
    this.#seen = findings.length;
    return found;
  }
}
