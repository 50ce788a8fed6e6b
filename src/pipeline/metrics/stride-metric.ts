import type { StrideRecord } from '../../domain/records.ts';

/** A value that each stride carries, with all that a reader needs to trust it. Store, API, export and page follow from it. */
export interface StrideMetric {
  /** Field of the stride record, with the unit as suffix. */
  readonly name: string;
  readonly label: string;
  readonly unit: string;
  /** `positive` quantities are compared by the symmetry angle, angles by their plain difference. */
  readonly kind: 'positive' | 'angle';
  readonly definition: string;
  /** Frame and sign, where they matter. */
  readonly frame?: string;
  /** The rule that finds it, event rules included. */
  readonly rule: string;
  /** Values outside are withheld as impossible for a walking person. */
  readonly range: readonly [number, number];
  readonly source: string;
  readonly limits: string;
  /** Where the value follows from other fields of the same stride; undefined: the signal path gives it. */
  readonly derive?: (stride: StrideRecord) => number | null;
}
