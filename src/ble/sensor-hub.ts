import type { SensorState } from '../domain/sensor-states.ts';
import type { SensorSite } from '../domain/sites.ts';
import type { ClockCheck } from './clock-pings.ts';
import type { LinkTrust } from './control-session.ts';

/** A sensor as the user sees it: heard, paired or both. */
export interface SensorStatus {
  readonly id: string;
  readonly name: string;
  readonly model: string;
  readonly virtual: boolean;
  readonly state: SensorState;
  /** What is wrong and what to do, in words for the wearer. */
  readonly trouble: string | undefined;
  readonly site: SensorSite | undefined;
  readonly paired: boolean;
  readonly rssiDbm: number | undefined;
  readonly batteryPct: number | undefined;
  readonly firmware: string | undefined;
  /** How far the link is trusted: the sensor showed that it holds our key, has none, or holds another. */
  readonly trust: LinkTrust | undefined;
  /** Its clock beside ours, by questions and answers; only our own sensors can be asked. */
  readonly clock?: ClockCheck | undefined;
  /** Firm taps that its advertisement counts (modulo 256); undefined for models that don't tell. */
  readonly taps?: number | undefined;
  readonly lastHeardMsAgo: number | undefined;
  /** Samples that came in the last second, and the share lost in the last 10 s (0 to 1). */
  readonly rateHz: number | undefined;
  readonly lossShare: number | undefined;
  /** RMS of angular rate in the last second [deg/s]: the card that jumps when the shoe is tapped. */
  readonly motionDps: number | undefined;
}

/** A paired sensor to remember. */
export interface Pairing {
  readonly id: string;
  readonly name: string;
  readonly model: string;
  readonly site: SensorSite;
  readonly virtual: boolean;
  /** Serial number as the sensor said it when it was paired; another one under the same address is quarantined. */
  readonly serial?: string;
  /** Its 16-byte key, where one was given (QR code or USB). */
  readonly key?: Uint8Array;
}

/** What the hub hands on: bytes of paired sensors only, as they came. */
export interface HubNotification {
  readonly sensorId: string;
  readonly bytes: Uint8Array;
}

/** Scans, pairs, keeps the links up and hands on what the paired sensors send. */
export interface SensorHub {
  /** Radios in the order in which the page offers them (real, then virtual walker), with what is wrong with each. */
  radios(): readonly { readonly kind: string; readonly state: string; readonly trouble: string | undefined }[];
  sensors(): readonly SensorStatus[];
  onChange(callback: () => void): () => void;
  onNotification(callback: (notification: HubNotification) => void): () => void;
  startScan(): Promise<void>;
  stopScan(): Promise<void>;
  pair(sensorId: string, site: SensorSite): Promise<Pairing>;
  /** Paired sensors are worn elsewhere than was said (left and right swapped): their links stay. Others are left as they are. */
  moveTo(sites: ReadonlyMap<string, SensorSite>): Promise<void>;
  forget(sensorId: string): Promise<void>;
  identify(sensorId: string): Promise<void>;
  /**
   * The sensor's own key, as its QR code or USB port told it.
   * @param serial serial number that came with the key
   * @throws OtherSensorsCode where it differs from the sensor's own
   */
  setKey(sensorId: string, key: Uint8Array, serial?: string): Promise<void>;
  /** Streaming wanted or not; links are kept up while it is. */
  startStreaming(): Promise<void>;
  stopStreaming(): Promise<void>;
  close(): Promise<void>;
}

/** The key that was given comes from the label of another sensor. */
export class OtherSensorsCode extends Error {}
