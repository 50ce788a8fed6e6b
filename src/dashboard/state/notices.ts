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

  /**
   * Takes what was found before anybody looked: old news, which stands in the report. Gives what is to be shown all the same: that
   * the shoes are swapped, since every number is the other foot's until that is mended.
   */
  catchUp(findings: readonly FindingRecord[]): FindingRecord | null {
    this.next(findings);
    return findings.find((finding) => finding.kind === 'sensors_swapped') ?? null;
  }

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
