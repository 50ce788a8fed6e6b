import type { LiveFoot } from '../../api/types.ts';
import { live } from '../../state/live.svelte.ts';

/** One foot as it is drawn. */
export interface FootPose {
  readonly eversionDeg: number | null;
  readonly inStance: boolean | null;
}

/** Both feet and the pelvis at one moment. Roll: left side up +. */
export interface Pose {
  readonly left: FootPose | null;
  readonly right: FootPose | null;
  readonly pelvisRollDeg: number | null;
}

/** Calls `draw` with each new pose; gives what ends it. */
export type PoseSource = (draw: (pose: Pose, nowMs: number) => void) => () => void;

const foot = (frame: LiveFoot | null): FootPose | null =>
  frame === null ? null : { eversionDeg: frame.eversion_deg, inStance: frame.in_stance };

/** The walk under way. */
export const livePose: PoseSource = (draw) =>
  live.onFrame((frame, nowMs) =>
    draw(
      { left: foot(frame.feet.left), right: foot(frame.feet.right), pelvisRollDeg: frame.pelvis?.roll_deg ?? null },
      nowMs,
    ),
  );
