import type { StrideRecord, WalkRecord } from '../domain/records.ts';
import { wasRun } from '../domain/running.ts';
import { addValue, createValueSample, medianOf, type ValueSampleState } from './value-sample.ts';

/** Running strides no further apart than this are one run [s]. */
const SAME_RUN_S = 1.5;
/** Runs that are listed; further ones only lengthen the count. */
const LISTED_RUNS = 500;

interface RunsState {
  spans: { from_s: number; to_s: number }[];
  strides: number;
  seconds: number;
  strideTimes: ValueSampleState;
}

/** When the wearer ran, as the shoes say stride by stride: nothing of it belongs to what the walk was like. */
export class Runs {
  #s: RunsState = { spans: [], strides: 0, seconds: 0, strideTimes: createValueSample() };

  /** Takes each stride of either foot, walked ones too. */
  stride(stride: StrideRecord): void {
    if (!wasRun(stride)) return;
    const s = this.#s;
    s.strides++;
    if (stride.stride_time_s !== null) addValue(s.strideTimes, stride.stride_time_s);
    const last = s.spans.at(-1);
    if (last !== undefined && stride.ic_s - last.to_s < SAME_RUN_S) {
      const toS = Math.max(last.to_s, stride.next_ic_s);
      s.seconds += toS - last.to_s;
      last.to_s = toS;
      return;
    }
    s.seconds += stride.next_ic_s - stride.ic_s;
    if (s.spans.length < LISTED_RUNS) s.spans.push({ from_s: stride.ic_s, to_s: stride.next_ic_s });
  }

  /** Whether any of this time was run, as far as its strides are known. */
  touches(fromS: number, toS: number): boolean {
    return this.#s.spans.some((span) => toS >= span.from_s && fromS < span.to_s);
  }

  /** For the walk record. */
  told(): NonNullable<WalkRecord['running']> {
    const { spans, strides, seconds, strideTimes } = this.#s;
    const strideS = medianOf(strideTimes);
    return {
      strides,
      duration_s: seconds,
      cadence_spm: strideS === null ? null : 120 / strideS,
      spans: spans.map(({ from_s, to_s }) => ({ from_s, to_s })),
    };
  }

  snapshot(): unknown {
    return structuredClone(this.#s);
  }

  restore(state: unknown): void {
    this.#s = structuredClone(state) as RunsState;
  }
}
