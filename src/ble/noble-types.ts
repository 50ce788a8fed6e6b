import type { EventEmitter } from 'node:events';

/** The part of both noble packages that the adapter uses; their own types say less than they can. */
export interface NobleLike extends EventEmitter {
  readonly state: string;
  startScanningAsync(services: string[], allowDuplicates: boolean): Promise<void>;
  stopScanningAsync(): Promise<void>;
  /** @stoprocent/noble only. */
  stop?(): void;
}

export interface NoblePeripheral extends EventEmitter {
  readonly id: string;
  readonly state: string;
  readonly mtu: number | null;
  readonly rssi: number;
  readonly advertisement: {
    readonly localName?: string;
    readonly serviceUuids?: readonly string[];
    readonly manufacturerData?: Buffer | null;
  };
  connectAsync(options: NobleConnectOptions): Promise<void>;
  cancelConnect(): void;
  disconnectAsync(): Promise<void>;
  discoverAllServicesAndCharacteristicsAsync(): Promise<{ characteristics: NobleCharacteristic[] }>;
}

/** Connection parameters in the units of the specification: intervals of 1.25 ms, timeout of 10 ms. */
export interface NobleConnectOptions {
  readonly minInterval: number;
  readonly maxInterval: number;
  readonly latency: number;
  readonly timeout: number;
}

export interface NobleCharacteristic extends EventEmitter {
  readonly uuid: string;
  readonly _serviceUuid: string;
  readAsync(): Promise<Buffer>;
  writeAsync(bytes: Buffer, withoutResponse: boolean): Promise<void>;
  subscribeAsync(): Promise<void>;
}
