/** Lets long works on the same files happen one after the other. */
export class TurnTaking {
  #last: Promise<unknown> = Promise.resolve();

  /** Runs the work when all that were asked for before are done, however they ended. */
  run<T>(work: () => Promise<T>): Promise<T> {
    const mine = this.#last.then(work, work);
    this.#last = mine.catch(() => undefined);
    return mine;
  }
}
