import { service } from '../../api/service.ts';
import type { FindingRecord } from '../../api/types.ts';
import { currentLanguage, t } from '../../i18n/language.svelte.ts';
import { clock, degrees, fixed } from '../../i18n/numbers.ts';
import { placeAfter } from '../../state/after-walk.ts';
import { playCue, sayAloud, wakeSound } from '../../state/cue.ts';
import { findingWords } from '../../state/finding-words.ts';
import { live } from '../../state/live.svelte.ts';
import { painQueue, type HeldMark } from '../../state/pain-queue.svelte.ts';
import { keepPreferences, preferences } from '../../state/preferences.svelte.ts';
import { go } from '../../state/router.svelte.ts';
import { session } from '../../state/session.svelte.ts';
import { swappedFeet } from '../../state/swapped-feet.ts';
import { Work } from '../../state/work.svelte.ts';

/** Pain from here on asks the wearer to sit down. */
const STRONG_PAIN = 7;

/** What the wearer does on the live page, by finger, key or voice. */
export class LiveActions {
  /** The mark whose sheet is open. */
  sheet = $state.raw<HeldMark | null>(null);
  /** Marks are not kept so far: asks before the first. */
  askPain = $state(false);
  strongPain = $state(false);
  /** What was read aloud last, for screen readers. */
  said = $state('');
  /** Pausing, going on and ending, one at a time. */
  readonly work = new Work();

  markPain(): void {
    if (live.walk === null) return;
    if (session.settings?.consent?.keep_pain !== true) {
      this.askPain = true;
      return;
    }
    this.sheet = painQueue.add(live.walk.id, { at_s: live.frame?.time_s ?? 0 });
  }

  closeSheet(mark: HeldMark | null): void {
    this.sheet = null;
    const held = mark === null ? undefined : painQueue.held.find((m) => m.key === mark.key);
    if ((held?.request.strength ?? 0) >= STRONG_PAIN) this.strongPain = true;
    document.getElementById('mark-pain')?.focus();
  }

  /** The wearer chose not to keep pain marks: one more answer, then the mark. */
  async agreeAndMark(): Promise<void> {
    const consent = session.settings?.consent;
    const done = await this.work.run(async () => {
      session.settings = await service.saveConsent({
        keep_gait: consent?.keep_gait ?? true,
        keep_pain: true,
        text_version: '1',
      });
    });
    if (!done) return;
    this.askPain = false;
    this.markPain();
  }

  /** Nothing is learned until the wearer goes on. */
  async pause(): Promise<void> {
    const { walk } = live;
    if (walk === null) return;
    await this.work.run(async () => live.take(await service.pauseWalk(walk.id)));
  }

  async goOn(): Promise<void> {
    const { walk } = live;
    if (walk === null) return;
    await this.work.run(async () => live.take(await service.resumeWalk(walk.id)));
  }

  /** Only the wearer's word re-labels a side; the service analyses the walk again and goes on. */
  async swapFeet(): Promise<void> {
    const { walk } = live;
    if (walk === null) return;
    await this.work.run(async () => live.take(await service.patchWalk(walk.id, { sites: swappedFeet(walk) })));
  }

  async end(): Promise<void> {
    const { walk } = live;
    if (walk === null) return;
    await this.work.run(async () => {
      await service.stopWalk(walk.id);
      live.ended = null;
      go(placeAfter(walk.id), { replace: true });
    });
  }

  toggleSound(): void {
    wakeSound();
    keepPreferences({ sound: !preferences.sound });
    if (preferences.sound) playCue({ sound: true, vibration: false });
  }

  /** Says where the walk stands. */
  readAloud(finding: FindingRecord | null): void {
    const frame = live.shown;
    if (frame === null) return;
    this.said = t('live.spoken', {
      time: clock(frame.time_s),
      steps: fixed(frame.steps),
      left: degrees(frame.roll_in.left.value),
      right: degrees(frame.roll_in.right.value),
      news: finding === null ? t(live.running ? 'notice.running' : 'live.spoken.none') : findingWords(finding).title,
    });
    sayAloud(this.said, currentLanguage());
  }
}
