import type { FastifyBaseLogger, FastifyInstance, RawServerDefault } from 'fastify';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type { SensorHub } from '../ble/sensor-hub.ts';
import type { WalkStore } from '../store/walk-store.ts';
import type { AccessControl } from './access/access-control.ts';
import type { AuditLog } from './access/audit-log.ts';
import type { Calibrator } from './calibration/calibrator.ts';
import type { ServiceClock } from './clock.ts';
import type { MirrorStatus, SensorList, VirtualWalker, VirtualWalkerPatch } from './contract.ts';
import type { LiveFeed } from './live/live-feed.ts';
import type { JobQueue } from './recorder/job-queue.ts';
import type { WalkHost } from './recorder/walk-host.ts';

/** The simulated wearer behind the virtual sensors. */
export interface VirtualWalkerControl {
  state(): VirtualWalker;
  /** @throws where the scenario is not known */
  change(patch: VirtualWalkerPatch): VirtualWalker;
  /** @returns false where no virtual sensor has this id */
  tap(sensorId: string): boolean;
}

/** The optional copy to InfluxDB. */
export interface MirrorControl {
  status(): MirrorStatus;
  /** Tries again what was refused five times. @returns how many went through */
  retryParked(): Promise<number>;
}

/** What the routes work with. */
export interface ApiContext {
  readonly version: string;
  readonly store: WalkStore;
  readonly hub: SensorHub;
  readonly clock: ServiceClock;
  readonly access: AccessControl;
  readonly audit: AuditLog;
  readonly host: WalkHost;
  readonly calibrator: Calibrator;
  readonly feed: LiveFeed;
  readonly jobs: JobQueue;
  readonly tls: boolean;
  /** Address of the page as it is printed: `http://127.0.0.1:8080`. */
  readonly pageUrl: () => string;
  /** Folder for uploads on their way and for backups. */
  readonly dataFolder: string;
  readonly virtualWalker: VirtualWalkerControl | undefined;
  readonly mirror: MirrorControl | undefined;
  readonly sensorList: () => SensorList;
  readonly setScanning: (scanning: boolean) => void;
}

/** Fastify with requests typed by the contract's schemas. */
export type ApiApp = FastifyInstance<
  RawServerDefault,
  IncomingMessage,
  ServerResponse,
  FastifyBaseLogger,
  TypeBoxTypeProvider
>;
