import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export type FakeMode = 'up' | '503' | 'hang' | 'reset' | 'stall';

/** As much of InfluxDB 1.x as the mirror needs, and the ways in which it can fail. */
export class FakeInflux {
  mode: FakeMode = 'up';
  /** A write that holds a line with this text is refused with 400; the other lines of it are kept (partial write). */
  poison: string | undefined;
  /** measurement,tags timestamp -> fields: as the server tells points apart. */
  readonly points = new Map<string, string>();
  readonly queries: string[] = [];
  lines = 0;
  writes = 0;
  #server: Server | undefined;
  #port = 0;

  async start(): Promise<void> {
    const server = createServer((request, response) => void this.#answer(request, response));
    this.#server = server;
    await new Promise<void>((resolve) => server.listen(this.#port, '127.0.0.1', resolve));
    this.#port = (server.address() as AddressInfo).port;
  }

  async stop(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    server?.closeAllConnections();
    await new Promise<void>((resolve) => (server === undefined ? resolve() : server.close(() => resolve())));
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  count(measurement: string): number {
    return [...this.points.keys()].filter((k) => k.startsWith(`${measurement},`)).length;
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let body = '';
    for await (const data of request) body += String(data);
    // Answers only when it is stopped.
    if (this.mode === 'hang') return;
    if (this.mode === 'reset') return void request.socket.destroy();
    if (this.mode === '503') return void response.writeHead(503).end('{}');
    const url = new URL(request.url ?? '/', 'http://fake');
    if (url.pathname === '/query') {
      this.#query(url, body, response);
      return;
    }
    this.writes++;
    const lines = body.split('\n');
    this.lines += lines.length;
    const refused = lines.filter((line) => this.poison !== undefined && line.includes(this.poison));
    for (const line of lines) if (!refused.includes(line)) this.#keep(line);
    if (this.mode === 'stall') return void response.writeHead(200).write('{');
    if (refused.length > 0) response.writeHead(400).end('{"error":"partial write: field type conflict dropped=1"}');
    else response.writeHead(204).end();
  }

  #keep(line: string): void {
    const match = /^(\S+) (\S.*) (\d{19})$/.exec(line);
    if (match === null) throw new Error(`Not a line of the line protocol: ${line}`);
    this.points.set(`${match[1]} ${match[3]}`, match[2]!);
  }

  #query(url: URL, body: string, response: ServerResponse): void {
    const query = url.searchParams.get('q') ?? new URLSearchParams(body).get('q') ?? '';
    this.queries.push(query);
    const drop = /^drop series from "?(\w+)"? where "?walk"? = '(\w+)'$/i.exec(query);
    if (drop !== null)
      for (const key of this.points.keys())
        if (key.startsWith(`${drop[1]},`) && key.includes(`walk=${drop[2]}`)) this.points.delete(key);
    response.writeHead(200, { 'content-type': 'application/json' }).end('{"results":[{"statement_id":0}]}');
  }
}
