import { median } from '../../src/math/median.ts';

/** CPU time of a call [s], whatever else the machine is doing. */
export function cpuSeconds(call: () => void): number {
  const before = process.cpuUsage();
  call();
  const { user, system } = process.cpuUsage(before);
  return (user + system) * 1e-6;
}

/**
 * Reference kernel: quaternion products in place on Float64Arrays; how fast it runs just now scales every figure in
 * microseconds to a 2.6 GHz core. One product waits for the one before and takes 27.6 cycles (155 million a second where a
 * chain of multiplications showed 4.29 GHz, Zen 5, 24 November 2026), so a 2.6 GHz core does 94 million.
 */
const KERNEL_PER_SECOND_AT_2_6_GHZ = 9.4e7;
const KERNEL_RUNS = 4_000_000;

function kernel(): number {
  const a = Float64Array.of(1, 0, 0, 0);
  const b = Float64Array.of(0.9999995, 0.001, 0, 0);
  for (let i = 0; i < KERNEL_RUNS; i++) {
    const [w, x, y, z] = [a[0]!, a[1]!, a[2]!, a[3]!];
    a[0] = w * b[0]! - x * b[1]! - y * b[2]! - z * b[3]!;
    a[1] = w * b[1]! + x * b[0]! + y * b[3]! - z * b[2]!;
    a[2] = w * b[2]! - x * b[3]! + y * b[0]! + z * b[1]!;
    a[3] = w * b[3]! + x * b[2]! - y * b[1]! + z * b[0]!;
  }
  return a[0]!;
}

/** How fast this machine is now against the 2.6 GHz core (1 = the same). */
export function machineSpeed(): number {
  const seconds = cpuSeconds(() => {
    if (!Number.isFinite(kernel())) throw new Error('the kernel lost its numbers');
  });
  return KERNEL_RUNS / seconds / KERNEL_PER_SECOND_AT_2_6_GHZ;
}

/** CPU seconds of each task, scaled to the 2.6 GHz core: medians of interleaved rounds. */
export function interleaved(rounds: number, tasks: Readonly<Record<string, () => void>>): Record<string, number> {
  const seconds: Record<string, number[]> = Object.fromEntries(Object.keys(tasks).map((k) => [k, []]));
  machineSpeed();
  for (const run of Object.values(tasks)) run();
  for (let round = 0; round < rounds; round++)
    for (const [name, run] of Object.entries(tasks)) {
      const speed = machineSpeed();
      seconds[name]!.push(cpuSeconds(run) * speed);
    }
  return Object.fromEntries(Object.entries(seconds).map(([name, list]) => [name, median(list)]));
}
