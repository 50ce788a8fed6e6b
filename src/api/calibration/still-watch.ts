/** Motion of a still shoe or belt stays below this [deg/s]; breathing and swaying are 1 to 4. */
const STILL_DPS = 12;
/** How long to stand still [s]. */
export const STILL_S = 5;

/** Standing still, as it goes: how much of the time is done, and by how much it was last spoilt. */
export class StillWatch {
  #sinceS: number | undefined;
  #movedDps: number | undefined;

  /** What last spoilt it [deg/s]. */
  get movedDps(): number | undefined {
    return this.#movedDps;
  }

  /**
   * Looks once more.
   * @param motionsDps RMS angular rate of each sensor in the last second; undefined where one said nothing
   * @returns share of the time done, 0 to 1
   */
  look(motionsDps: readonly (number | undefined)[], nowS: number): number {
    const known = motionsDps.filter((m) => m !== undefined);
    const most = Math.max(0, ...known);
    if (known.length === 0 || known.length < motionsDps.length || most > STILL_DPS) {
      if (this.#sinceS !== undefined && most > STILL_DPS) this.#movedDps = most;
      this.#sinceS = undefined;
      return 0;
    }
    this.#sinceS ??= nowS;
    return Math.min(1, (nowS - this.#sinceS) / STILL_S);
  }
}
