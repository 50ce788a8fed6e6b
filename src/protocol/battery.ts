/** Charge [%] in the value of the standard Battery Level characteristic (0x2a19); undefined where it is not 0 to 100. */
export function decodeBatteryLevel(bytes: Uint8Array): number | undefined {
  const pct = bytes[0];
  return bytes.length === 1 && pct !== undefined && pct <= 100 ? pct : undefined;
}

/** The opposite of {@link decodeBatteryLevel}: rounded and held within 0 to 100. */
export function encodeBatteryLevel(pct: number): Uint8Array<ArrayBuffer> {
  return Uint8Array.of(Math.max(0, Math.min(100, Math.round(pct))));
}
