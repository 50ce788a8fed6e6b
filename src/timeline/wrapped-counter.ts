/**
 * The true value of a counter that wraps: the one nearest to where it is expected.
 * @param value what the counter shows, 0 to modulo
 * @param modulo where it wraps; undefined: it never does
 * @param near expected value
 */
export function unwrapNear(value: number, modulo: number | undefined, near: number): number {
  return modulo === undefined ? value : value + modulo * Math.round((near - value) / modulo);
}
