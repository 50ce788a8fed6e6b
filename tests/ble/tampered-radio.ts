import type { Advertisement, Radio, RadioLink, RadioState } from '../../src/ble/radio.ts';

/** What a test does to the links of a radio. */
export interface Tampering {
  /** Another answer to a read; undefined: the true one. */
  read?: (characteristic: string, bytes: Uint8Array) => Uint8Array | undefined;
  /** What comes in a notification's place: nothing, itself, or more. */
  notify?: (characteristic: string, bytes: Uint8Array) => readonly Uint8Array[];
  /** An answer to connect before the true one. */
  connect?: (deviceId: string) => Promise<void> | undefined;
  /** A write that is never answered. */
  swallowWrite?: (bytes: Uint8Array) => boolean;
}

/** A radio in whose links somebody sits: for what honest sensors never do. It also counts what was connected to. */
export class TamperedRadio implements Radio {
  readonly kind: Radio['kind'];
  readonly connectedTo: string[] = [];
  tampering: Tampering = {};
  /** Subscribers, by characteristic, so that a test can send what it likes. */
  readonly subscribers = new Map<string, (bytes: Uint8Array) => void>();
  readonly #inner: Radio;

  constructor(inner: Radio) {
    this.#inner = inner;
    this.kind = inner.kind;
  }

  get state(): RadioState {
    return this.#inner.state;
  }
  get trouble(): string | undefined {
    return this.#inner.trouble;
  }
  onState(callback: (state: RadioState) => void): void {
    this.#inner.onState(callback);
  }
  startScan(onSeen: (advertisement: Advertisement) => void): Promise<void> {
    return this.#inner.startScan(onSeen);
  }
  stopScan(): Promise<void> {
    return this.#inner.stopScan();
  }
  close(): Promise<void> {
    return this.#inner.close();
  }

  async connect(deviceId: string): Promise<RadioLink> {
    this.connectedTo.push(deviceId);
    await this.tampering.connect?.(deviceId);
    const link = await this.#inner.connect(deviceId);
    const { subscribers } = this;
    const tampering = (): Tampering => this.tampering;
    return {
      deviceId,
      mtu: link.mtu,
      read: async (service, characteristic) => {
        const bytes = await link.read(service, characteristic);
        return tampering().read?.(characteristic, bytes) ?? bytes;
      },
      write: (service, characteristic, bytes, withResponse) =>
        tampering().swallowWrite?.(bytes) === true
          ? Promise.resolve()
          : link.write(service, characteristic, bytes, withResponse),
      subscribe: (service, characteristic, onBytes) => {
        subscribers.set(`${deviceId} ${characteristic}`, onBytes);
        return link.subscribe(service, characteristic, (bytes) => {
          const instead = tampering().notify;
          for (const one of instead === undefined ? [bytes] : instead(characteristic, bytes)) onBytes(one);
        });
      },
      onLost: (callback) => link.onLost(callback),
      disconnect: () => link.disconnect(),
    };
  }
}
