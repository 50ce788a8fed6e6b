import type { WebSocket } from '@fastify/websocket';
import type { ApiApp, ApiContext } from '../api-context.ts';
import type { Caller } from '../access/access-control.ts';
import { IngestDesk } from '../recorder/ingest-session.ts';
import { PacedQueue } from '../recorder/paced-queue.ts';

/** Lines open at one time. */
const MOST_LINES = 8;
/** Silence and revoked tokens are looked for this often [ms]. */
const CHECK_EVERY_MS = 2000;
/** Bytes that may wait for a client that reads no answers. */
const CUT_ABOVE_BYTES = 1024 * 1024;

/** Packets from a client, over a WebSocket. */
export function ingestRoutes(app: ApiApp, { store, host, clock }: ApiContext): void {
  const desk = new IngestDesk({ store, host, clock });
  const open = new Map<WebSocket, { caller: Caller | undefined; heardMs: number }>();
  const stopChecking = clock.every(CHECK_EVERY_MS, () => {
    for (const [socket, { caller, heardMs }] of open) {
      if (caller?.stillValid() !== true) socket.close(1008, 'These credentials are not valid any more.');
      else if (clock.monotonicS() * 1000 - heardMs > 30_000 || socket.bufferedAmount > CUT_ABOVE_BYTES)
        socket.terminate();
      else socket.ping();
    }
  });
  app.addHook('preClose', (done) => {
    stopChecking();
    desk.close();
    done();
  });

  app.get(
    '/ingest',
    {
      websocket: true,
      config: { scope: 'ingest', upgrade: true },
      schema: { tags: ['live'], summary: 'Feed a walk with packets (WebSocket); messages: docs/api.md' },
    },
    (socket, request) => {
      if (open.size >= MOST_LINES) {
        socket.close(1013, `${MOST_LINES} clients feed walks already.`);
        return;
      }
      const heard = { caller: request.caller, heardMs: clock.monotonicS() * 1000 };
      open.set(socket, heard);
      const session = desk.open({
        send: (answer) => socket.send(JSON.stringify(answer)),
        close: (code, reason) => socket.close(code, reason),
      });
      const queue = new PacedQueue<{ bytes: Buffer; isBinary: boolean }>(
        ({ bytes, isBinary }) => {
          if (isBinary) session.onBinary(bytes);
          else session.onText(bytes.toString('utf8'));
        },
        (held) => {
          if (held) socket.pause();
          else socket.resume();
        },
      );
      socket.on('message', (data, isBinary) => {
        heard.heardMs = clock.monotonicS() * 1000;
        const bytes = Buffer.isBuffer(data) ? data : Array.isArray(data) ? Buffer.concat(data) : Buffer.from(data);
        queue.push({ bytes, isBinary });
      });
      socket.on('pong', () => {
        heard.heardMs = clock.monotonicS() * 1000;
      });
      socket.on('error', (error) => request.log.info({ reason: error.message }, 'ingest line failed'));
      socket.on('close', () => {
        open.delete(socket);
        queue.finish();
        session.onClosed();
      });
    },
  );
}
