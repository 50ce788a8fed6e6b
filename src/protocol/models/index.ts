import type { SensorModel } from '../sensor-model.ts';
import { gaitkeeper } from './gaitkeeper.ts';
import { metaMotion } from './metamotion.ts';
import { movellaDot } from './movella-dot.ts';
import { movesense } from './movesense.ts';
import { polarVerity } from './polar-verity.ts';
import { walkSamples } from './walk-samples.ts';
import { witmotion } from './witmotion.ts';

/** Every sensor model the product can read. A new one: its file and one line here (docs/adding-a-sensor.md). */
export const SENSOR_MODELS: readonly SensorModel[] = [
  gaitkeeper,
  movesense,
  movellaDot,
  witmotion,
  polarVerity,
  metaMotion,
  walkSamples,
];

const byId = new Map(SENSOR_MODELS.map((model) => [model.id, model]));

/**
 * The model of an id.
 * @throws with the known ids where there is none
 */
export function sensorModel(id: string): SensorModel {
  const model = byId.get(id);
  if (model === undefined) {
    throw new RangeError(`"${id.slice(0, 64)}" is not a known sensor model. Known: ${[...byId.keys()].join(', ')}.`);
  }
  return model;
}
