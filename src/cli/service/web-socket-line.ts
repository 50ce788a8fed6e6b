import { createHash, randomBytes } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import http from 'node:http';
import https from 'node:https';
import type { Socket } from 'node:net';

const GUID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';
const TEXT = 1;
const BINARY = 2;
const CLOSE = 8;
const PING = 9;
const PONG = 10;
/** Answers of the service are short; anything longer is not from it. */
const LONGEST_ANSWER_BYTES = 1024 * 1024;

/** The service refused the line before it was open: status and body of its answer. */
export class LineRefused extends Error {
  readonly status: number;
  readonly body: string;

  constructor(status: number, body: string) {
    super(`The service refused with ${status}.`);
    this.name = 'LineRefused';
    this.status = status;
    this.body = body;
  }
}

/**
 * A WebSocket to the service (RFC 6455), as far as feeding packets needs it: masked text and binary out, whole text messages
 * in. Node 20 has no client of its own.
 */
export class WebSocketLine {
  readonly #socket: Socket;
  #waiting: Buffer = Buffer.alloc(0);
  #onText: (text: string) => void = () => undefined;
  #onEnd: (why: string) => void = () => undefined;
  #ended: string | undefined;

  private constructor(socket: Socket, first: Buffer) {
    this.#socket = socket;
    socket.setNoDelay(true);
    socket.on('data', (bytes) => this.#take(bytes));
    socket.on('error', (error) => this.#end(error.message));
    socket.on('close', () => this.#end('the connection was closed'));
    if (first.length > 0) setImmediate(() => this.#take(first));
  }

  /** @throws LineRefused, or the error of the connection */
  static open(url: string, headers: Record<string, string>, ca?: string): Promise<WebSocketLine> {
    const key = randomBytes(16).toString('base64');
    const options = {
      headers: {
        ...headers,
        connection: 'Upgrade',
        upgrade: 'websocket',
        'sec-websocket-version': '13',
        'sec-websocket-key': key,
      },
      timeout: 10_000,
    };
    const request = url.startsWith('https:')
      ? https.request(url, ca === undefined ? options : { ...options, ca })
      : http.request(url, options);
    return new Promise((resolve, reject) => {
      request.on('upgrade', (response: IncomingMessage, socket: Socket, head: Buffer) => {
        const expected = createHash('sha1')
          .update(key + GUID)
          .digest('base64');
        socket.setTimeout(0);
        if (response.headers['sec-websocket-accept'] === expected) resolve(new WebSocketLine(socket, head));
        else {
          socket.destroy();
          reject(new Error('What answers there is no WebSocket service.'));
        }
      });
      request.on('response', (response) => {
        let body = '';
        response.setEncoding('utf8');
        response.on('data', (part: string) => {
          if (body.length < LONGEST_ANSWER_BYTES) body += part;
        });
        response.on('end', () => reject(new LineRefused(response.statusCode ?? 0, body)));
      });
      request.on('timeout', () => request.destroy(new Error('The service did not answer within 10 s.')));
      request.on('error', reject);
      request.end();
    });
  }

  /** Called for each text that comes, in order. */
  onText(call: (text: string) => void): void {
    this.#onText = call;
  }

  /** Called once, when the line has ended, with the reason in words. */
  onEnd(call: (why: string) => void): void {
    this.#onEnd = call;
    if (this.#ended !== undefined) call(this.#ended);
  }

  sendText(text: string): Promise<void> {
    return this.#write(frame(TEXT, Buffer.from(text, 'utf8')));
  }

  /** Several messages in one go. Resolves when the connection takes more. */
  sendBinary(messages: readonly Uint8Array[]): Promise<void> {
    return this.#write(Buffer.concat(messages.map((message) => frame(BINARY, message))));
  }

  close(): void {
    if (this.#ended === undefined) this.#socket.end(frame(CLOSE, Buffer.from([0x03, 0xe8])));
  }

  #write(bytes: Buffer): Promise<void> {
    if (this.#ended !== undefined) return Promise.resolve();
    if (this.#socket.write(bytes)) return Promise.resolve();
    return new Promise((resolve) => {
      const go = (): void => {
        this.#socket.off('drain', go);
        this.#socket.off('close', go);
        resolve();
      };
      this.#socket.on('drain', go);
      this.#socket.on('close', go);
    });
  }

  #take(bytes: Buffer): void {
    this.#waiting = this.#waiting.length === 0 ? bytes : Buffer.concat([this.#waiting, bytes]);
    for (;;) {
      const message = readFrame(this.#waiting);
      if (message === undefined) break;
      this.#waiting = this.#waiting.subarray(message.size);
      if (message.opcode === TEXT) this.#onText(message.payload.toString('utf8'));
      else if (message.opcode === PING) void this.#write(frame(PONG, message.payload));
      else if (message.opcode === CLOSE) {
        this.#end(message.payload.subarray(2).toString('utf8') || 'the service closed the line');
        this.#socket.end(frame(CLOSE, message.payload.subarray(0, 2)));
        return;
      }
    }
    if (this.#waiting.length > LONGEST_ANSWER_BYTES) this.#socket.destroy(new Error('An answer is too long.'));
  }

  #end(why: string): void {
    if (this.#ended !== undefined) return;
    this.#ended = why;
    this.#onEnd(why);
  }
}

/** One whole message, masked as a client has to. */
function frame(opcode: number, payload: Uint8Array): Buffer {
  const { length } = payload;
  const lengthBytes = length < 126 ? 0 : length < 65_536 ? 2 : 8;
  const start = 2 + lengthBytes + 4;
  const out = Buffer.allocUnsafe(start + length);
  out[0] = 0x80 | opcode;
  if (lengthBytes === 0) out[1] = 0x80 | length;
  else if (lengthBytes === 2) {
    out[1] = 0x80 | 126;
    out.writeUInt16BE(length, 2);
  } else {
    out[1] = 0x80 | 127;
    out.writeBigUInt64BE(BigInt(length), 2);
  }
  const mask = randomBytes(4);
  mask.copy(out, 2 + lengthBytes);
  for (let i = 0; i < length; i++) out[start + i] = payload[i]! ^ mask[i & 3]!;
  return out;
}

/** The first whole frame in the bytes; undefined: more are needed. */
function readFrame(bytes: Buffer): { opcode: number; payload: Buffer; size: number } | undefined {
  if (bytes.length < 2) return undefined;
  let length = bytes[1]! & 0x7f;
  let start = 2;
  if (length === 126) {
    if (bytes.length < 4) return undefined;
    length = bytes.readUInt16BE(2);
    start = 4;
  } else if (length === 127) {
    if (bytes.length < 10) return undefined;
    length = Number(bytes.readBigUInt64BE(2));
    start = 10;
  }
  if (bytes.length < start + length) return undefined;
  return { opcode: bytes[0]! & 0x0f, payload: bytes.subarray(start, start + length), size: start + length };
}
