import { problemText } from './problem-words.ts';

/** One thing at a time, with what went wrong said in words. */
export class Work {
  busy = $state(false);
  problem = $state('');

  async run(work: () => Promise<void>): Promise<boolean> {
    if (this.busy) return false;
    this.busy = true;
    this.problem = '';
    try {
      await work();
      return true;
    } catch (error) {
      this.problem = problemText(error);
      return false;
    } finally {
      this.busy = false;
    }
  }
}
