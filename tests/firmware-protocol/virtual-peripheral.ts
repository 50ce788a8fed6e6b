import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';

/** What the firmware did: I imu, F backfill, A control (notifications); L identify, G configure, M sampling (hardware); V advertisement. */
export interface PeripheralAct {
  readonly kind: 'I' | 'F' | 'A' | 'L' | 'G' | 'M' | 'V';
  readonly bytes: Uint8Array;
}

/** One sample in counts, acc x y z, gyr x y z, and when it was taken. */
export interface PeripheralSample {
  readonly takenUs: number;
  readonly counts: readonly number[];
}

const u16 = (value: number) => Uint8Array.of(value & 0xff, value >> 8);
function u64(value: number): Uint8Array {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(Math.round(value)), true);
  return bytes;
}

/**
 * The reference firmware's own C code as a child process (firmware-protocol/host/virtual_peripheral.c). Each call gives
 * what the firmware did on account of it, in order. Calls may overlap; they are answered in turn.
 */
export class VirtualPeripheral {
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #ended: Promise<number | null>;
  #waiting: { acts: PeripheralAct[]; done: (acts: PeripheralAct[]) => void; failed: (error: Error) => void }[] = [];
  #input = Buffer.alloc(0);
  #stderr = '';

  /** @param file the compiled program (c-code.ts) */
  constructor(file: string) {
    this.#child = spawn(file, [], { stdio: ['pipe', 'pipe', 'pipe'] });
    this.#child.stdout.on('data', (chunk: Buffer) => this.#take(chunk));
    this.#child.stderr.on('data', (chunk: Buffer) => (this.#stderr += chunk.toString()));
    this.#ended = new Promise((resolve) =>
      this.#child.on('close', (code) => {
        for (const one of this.#waiting)
          one.failed(new Error(`the peripheral ended with ${code ?? 'a signal'}: ${this.#stderr}`));
        this.#waiting = [];
        resolve(code);
      }),
    );
  }

  powerOn(options: { bootCount?: number; blocks?: number; blocksPerErase?: number; key?: Uint8Array } = {}) {
    const { bootCount = 0, blocks = 64, blocksPerErase = 1, key = new Uint8Array(16) } = options;
    return this.#send('R', Uint8Array.of(bootCount), u16(blocks), u16(blocksPerErase), key);
  }

  connect = (mtu = 247) => this.#send('C', u16(mtu));
  disconnect = (nowUs: number) => this.#send('D', u64(nowUs));
  control = (nowUs: number, bytes: Uint8Array) => this.#send('W', u64(nowUs), bytes);
  poll = (nowUs: number) => this.#send('P', u64(nowUs));
  /** Somebody taps it; it gives its new advertisement. */
  tap = () => this.#send('K');
  nonce = (bytes: Uint8Array) => this.#send('N', bytes);
  radioBusy = (busy: boolean) => this.#send('T', Uint8Array.of(busy ? 1 : 0));
  imuFails = (fails: boolean) => this.#send('X', Uint8Array.of(fails ? 1 : 0));
  battery = (millivolts: number, percent: number, charging: boolean) =>
    this.#send('B', u16(millivolts), Uint8Array.of(percent, charging ? 1 : 0));

  overrun(lost: number) {
    const bytes = new Uint8Array(4);
    new DataView(bytes.buffer).setUint32(0, lost, true);
    return this.#send('O', bytes);
  }

  samples(samples: readonly PeripheralSample[]) {
    const bytes = new Uint8Array(20 * samples.length);
    const view = new DataView(bytes.buffer);
    samples.forEach((sample, i) => {
      view.setBigUint64(20 * i, BigInt(Math.round(sample.takenUs)), true);
      sample.counts.forEach((count, k) => view.setInt16(20 * i + 8 + 2 * k, count, true));
    });
    return this.#send('S', bytes);
  }

  /** Ends the process; gives its exit code, which is not 0 where a sanitizer found something. */
  close(): Promise<number | null> {
    this.#child.stdin.end();
    return this.#ended;
  }

  #send(kind: string, ...parts: Uint8Array[]): Promise<PeripheralAct[]> {
    const payload = Buffer.concat(parts);
    const frame = Buffer.concat([u16(payload.length + 1), Buffer.from(kind, 'latin1'), payload]);
    return new Promise((done, failed) => {
      this.#waiting.push({ acts: [], done, failed });
      this.#child.stdin.write(frame);
    });
  }

  #take(chunk: Buffer): void {
    this.#input = Buffer.concat([this.#input, chunk]);
    while (this.#input.length >= 2) {
      const length = this.#input.readUInt16LE(0);
      if (this.#input.length < 2 + length) return;
      const kind = String.fromCharCode(this.#input[2]!);
      const bytes = Uint8Array.from(this.#input.subarray(3, 2 + length));
      this.#input = this.#input.subarray(2 + length);
      const first = this.#waiting[0]!;
      if (kind === '.') {
        this.#waiting.shift();
        first.done(first.acts);
      } else {
        first.acts.push({ kind: kind as PeripheralAct['kind'], bytes });
      }
    }
  }
}
