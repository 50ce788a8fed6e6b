/**
 * The one port to a radio. Adapters: noble (both packages), simulated, replay. An adapter never throws out of a callback, bounds each
 * call by its own timeout and races it against loss of the link.
 */
export type RadioState = 'unknown' | 'on' | 'off' | 'unauthorized' | 'unsupported' | 'missing';

export interface Advertisement {
  /** Stable identity within this radio (address or adapter id). */
  readonly deviceId: string;
  /** Attacker's text: show it as text only, at most 64 characters. */
  readonly name: string | undefined;
  /** Lower-case 128-bit or zero-padded 16-bit UUIDs without dashes. */
  readonly serviceUuids: readonly string[];
  readonly rssiDbm: number | undefined;
  /** Manufacturer-specific data, company number included; absent where there is none. */
  readonly manufacturerData?: Uint8Array;
}

export interface RadioLink {
  readonly deviceId: string;
  readonly mtu: number | undefined;
  read(serviceUuid: string, characteristicUuid: string): Promise<Uint8Array>;
  write(serviceUuid: string, characteristicUuid: string, bytes: Uint8Array, withResponse: boolean): Promise<void>;
  /** Resolves when subscribed; `onBytes` is called for each notification, in order. */
  subscribe(serviceUuid: string, characteristicUuid: string, onBytes: (bytes: Uint8Array) => void): Promise<void>;
  /** Called once, with the reason, when the link ends however it ends. */
  onLost(callback: (reason: string) => void): void;
  disconnect(): Promise<void>;
}

export interface Radio {
  readonly kind: 'noble' | 'simulated' | 'replay';
  readonly state: RadioState;
  /** Why the radio can't be used, and what to do; undefined while it can. */
  readonly trouble: string | undefined;
  onState(callback: (state: RadioState) => void): void;
  startScan(onSeen: (advertisement: Advertisement) => void): Promise<void>;
  stopScan(): Promise<void>;
  connect(deviceId: string): Promise<RadioLink>;
  close(): Promise<void>;
}
