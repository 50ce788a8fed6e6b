import { createServer as createHttpServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { Socket } from 'node:net';
import { isLoopback } from './access/guess-limiter.ts';

/** Own certificate for TLS, PEM. */
export interface Certificate {
  readonly key: string;
  readonly cert: string;
}

/** Headers have to be there within this time [ms]. */
const HEADERS_TIMEOUT_MS = 5000;
/** A whole request with its body, an import's too [ms]; ordinary bodies are held shorter (request-limits.ts). */
const REQUEST_TIMEOUT_MS = 120_000;
const KEEP_ALIVE_MS = 10_000;
/** Connections in all, and from one address that is not this machine. */
const MOST_CONNECTIONS = 1024;
const MOST_PER_ADDRESS = 64;

/** The HTTP(S) server with limits on slow and many peers: node's own defaults wait a minute and more. */
export function createLimitedServer(handler: RequestListener, certificate: Certificate | undefined): Server {
  const options = {
    headersTimeout: HEADERS_TIMEOUT_MS,
    requestTimeout: REQUEST_TIMEOUT_MS,
    keepAliveTimeout: KEEP_ALIVE_MS,
    connectionsCheckingInterval: 1000,
    maxHeaderSize: 16 * 1024,
  };
  const server =
    certificate === undefined
      ? createHttpServer(options, handler)
      : // An https server has all of the http server's members that are used here.
        (createTlsServer(
          { ...options, ...certificate, minVersion: 'TLSv1.2', handshakeTimeout: HEADERS_TIMEOUT_MS },
          handler,
        ) as unknown as Server);
  server.maxConnections = MOST_CONNECTIONS;
  const open = new Map<string, number>();
  server.on('connection', (socket: Socket) => {
    const address = socket.remoteAddress ?? '';
    const count = (open.get(address) ?? 0) + 1;
    open.set(address, count);
    socket.once('close', () => {
      const left = (open.get(address) ?? 1) - 1;
      if (left > 0) open.set(address, left);
      else open.delete(address);
    });
    if (count > MOST_PER_ADDRESS && !isLoopback(address)) socket.destroy();
    // A connection that never says a word is no request yet: headersTimeout does not see it.
    socket.setTimeout(HEADERS_TIMEOUT_MS + KEEP_ALIVE_MS);
  });
  server.on('request', ({ socket }: IncomingMessage) => socket.setTimeout(0));
  server.on('timeout', (socket: Socket) => socket.destroy());
  return server;
}
