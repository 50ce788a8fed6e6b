/** The only unit conversions of the project. Inside everything is SI and radians; degrees appear only in a record's declared unit. */

/** Standard gravity [m/s²] (CGPM 1901). */
export const STANDARD_GRAVITY_MPS2 = 9.80665;
export const RAD_PER_DEG = Math.PI / 180;
export const DEG_PER_RAD = 180 / Math.PI;

/** [deg] -> [rad] */
export const radFromDeg = (deg: number): number => deg * RAD_PER_DEG;
/** [rad] -> [deg] */
export const degFromRad = (rad: number): number => rad * DEG_PER_RAD;
/** [s] -> [ms] */
export const msFromS = (s: number): number => s * 1000;
/** [us] -> [s] */
export const sFromUs = (us: number): number => us * 1e-6;
