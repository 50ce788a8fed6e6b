import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { ControlCommand } from '../../src/protocol/control.ts';
import type { ImuConfig } from '../../src/protocol/imu-packet.ts';

const folder = path.resolve(import.meta.dirname, '../../firmware-protocol/golden');

/** A line of golden/imu.jsonl. */
export interface ImuVector {
  readonly name: string;
  readonly hex: string;
  readonly reject?: string;
  readonly header?: ImuConfig & {
    readonly seq: number;
    readonly sampleIndex: number;
    readonly deviceUs: number;
    readonly periodUs: number;
    readonly flags: number;
    readonly bootCount: number;
    readonly resent: boolean;
  };
  readonly counts?: readonly number[];
}

/** A line of golden/control.jsonl; which fields it has depends on its kind. */
export interface ControlVector {
  readonly kind: string;
  readonly name: string;
  readonly hex: string;
  readonly key: string;
  readonly hostNonce: string;
  readonly deviceNonce: string;
  readonly counter: number;
  readonly lastCounter: number;
  readonly command: ControlCommand;
  readonly refusal: string;
  readonly given: Record<string, unknown>;
  readonly opcode: number;
  readonly status: string;
  readonly note: Record<string, unknown>;
}

const lines = (name: string): unknown[] =>
  readFileSync(path.join(folder, name), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as unknown);

export const imuVectors = lines('imu.jsonl') as ImuVector[];
export const controlVectors = lines('control.jsonl') as ControlVector[];

export const fromHex = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex, 'hex'));
export const toHex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
