import type { VirtualWalker } from '../../src/ble/virtual-walker.ts';
import { gaitkeeper } from '../../src/protocol/models/gaitkeeper.ts';
import { WORN_SITES } from '../../src/simulator/body-motion.ts';
import type { StrideRecord } from '../../src/domain/records.ts';
import type { WalkStore } from '../../src/store/walk-store.ts';

/** One sensor's samples: its own counts as hex, by their number. */
export type Samples = ReadonlyMap<number, string>;

export interface StoredSamples {
  readonly samples: Samples;
  /** How many came twice. */
  readonly doubled: number;
}

/** Notes what each sensor's chip gives, before any packet is made of it; by site. */
export function samplesTaken(walker: VirtualWalker): ReadonlyMap<string, Samples> {
  return new Map(
    walker.peripherals.map(({ sensor }, i) => {
      const own = new Map<number, string>();
      const take = sensor.take.bind(sensor);
      sensor.take = (count, times, counts) => {
        const given = take(count, times, counts);
        if (given === 1) own.set(sensor.nextIndex - 1, Buffer.from(counts.slice(0, 6).buffer).toString('hex'));
        return given;
      };
      return [WORN_SITES[i]!, own];
    }),
  );
}

/** Samples of a stored walk; by site. */
export async function storedSamples(store: WalkStore, id: string): Promise<ReadonlyMap<string, StoredSamples>> {
  const decoder = gaitkeeper.createDecoder();
  const sites = new Map(store.walks.get(id).slots.map(({ slot, site }) => [slot, site as string]));
  const stored = new Map([...sites.values()].map((site) => [site, { samples: new Map<number, string>(), doubled: 0 }]));
  for await (const { slot, bytes } of store.walks.notifications(id)) {
    const result = decoder.decode(bytes);
    if (!result.ok || result.packet === undefined) continue;
    const { count, sampleIndex } = result.packet;
    const own = stored.get(sites.get(slot)!)!;
    for (let i = 0; i < count; i++) {
      if (own.samples.has(sampleIndex! + i)) own.doubled++;
      own.samples.set(sampleIndex! + i, Buffer.from(bytes.subarray(16 + 12 * i, 28 + 12 * i)).toString('hex'));
    }
  }
  return stored;
}

/** All stride records of a stored walk. */
export function storedStrides(store: WalkStore, id: string): StrideRecord[] {
  const strides: StrideRecord[] = [];
  for (let cursor: string | null | undefined; cursor !== null;) {
    const page = store.entries.page(id, { types: ['stride'], limit: 500, ...(cursor === undefined ? {} : { cursor }) });
    for (const { entry } of page.items) strides.push(entry);
    cursor = page.nextCursor;
  }
  return strides;
}

/** Share of true strides that were found, within 60 ms; both on the walk's clock. */
export function foundShare(
  truth: readonly { readonly side: string; readonly ic_s: number }[],
  strides: readonly { readonly side: string; readonly ic_s: number }[],
): number {
  const found = truth.filter((t) => strides.some((s) => s.side === t.side && Math.abs(s.ic_s - t.ic_s) < 0.06));
  return found.length / truth.length;
}
