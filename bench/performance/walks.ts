import type { SensorNotification, SensorSlot } from '../../src/domain/notification.ts';
import type { ImuBlock } from '../../src/domain/samples.ts';
import { sensorModel } from '../../src/protocol/models/index.ts';
import { simulateWalk } from '../../src/simulator/simulate-walk.ts';
import { SensorTimeline } from '../../src/timeline/sensor-timeline.ts';
import { WalkSession } from '../../src/walk/walk-session.ts';

export interface BenchWalk {
  readonly slots: readonly SensorSlot[];
  readonly notifications: readonly SensorNotification[];
  readonly samples: number;
}

/** A walk with its packets ready, so that only the pipeline is timed. */
export function benchWalk(seconds: number, sites?: readonly ('left_foot' | 'right_foot' | 'pelvis')[]): BenchWalk {
  const walk = simulateWalk({ scenario: 'healthy', seed: 42, seconds, ...(sites === undefined ? {} : { sites }) });
  const notifications = [...walk.notifications()];
  let samples = 0;
  const decoders = new Map(walk.slots.map((s) => [s.slot, sensorModel(s.model).createDecoder()]));
  for (const n of notifications) {
    const result = decoders.get(n.slot)!.decode(n.bytes);
    if (result.ok && result.packet !== undefined) samples += result.packet.count;
  }
  return { slots: walk.slots, notifications, samples };
}

/** Packets to records. @returns records, so that nothing is optimised away */
export function runWalk(walk: BenchWalk): number {
  const session = new WalkSession({ slots: walk.slots });
  let records = 0;
  for (const notification of walk.notifications) records += session.push(notification).length;
  return records + session.finish().length;
}

/** Blocks of one site, as the timeline gives them. */
export function blocksOf(walk: BenchWalk, site: 'left_foot' | 'right_foot' | 'pelvis'): ImuBlock[] {
  const slot = walk.slots.find((s) => s.site === site)!;
  const model = sensorModel(slot.model);
  const decoder = model.createDecoder();
  const timeline = new SensorTimeline({ site, clock: model.clock, nominalRateHz: model.nominalRateHz });
  const blocks: ImuBlock[] = [];
  const take = (output: { type: string; block?: ImuBlock }): void => {
    if (output.block === undefined) return;
    const { block } = output;
    blocks.push({ ...block, accMps2: block.accMps2.slice(), gyrRadps: block.gyrRadps.slice() });
  };
  for (const n of walk.notifications) {
    if (n.slot !== slot.slot) continue;
    const result = decoder.decode(n.bytes);
    if (result.ok && result.packet !== undefined) timeline.push(result.packet, n.receivedS, take);
  }
  timeline.flush(take);
  return blocks;
}
