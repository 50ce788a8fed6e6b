import { monitorEventLoopDelay, type IntervalHistogram } from 'node:perf_hooks';
import type { FastifyInstance } from 'fastify';
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { ApiContext } from './api-context.ts';

/** The loop is looked at this often; the histogram holds this on top of the delay [ms]. */
export const LOOP_RESOLUTION_MS = 20;

/** Watches the event loop's delay; call `disable` when done. */
export function watchLoop(): IntervalHistogram {
  const histogram = monitorEventLoopDelay({ resolution: LOOP_RESOLUTION_MS });
  histogram.enable();
  return histogram;
}

/** Prometheus metrics of the service itself: how it works, never what was measured on a person. */
export function serveMetrics(app: FastifyInstance, { store, host, hub, feed, mirror }: ApiContext): void {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry, prefix: 'gaitkeeper_' });
  const requests = new Counter({
    name: 'gaitkeeper_http_requests_total',
    help: 'Requests by route, method and status class',
    labelNames: ['route', 'method', 'status'],
    registers: [registry],
  });
  const seconds = new Histogram({
    name: 'gaitkeeper_http_request_seconds',
    help: 'Time to answer a request, streams left out',
    buckets: [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5],
    registers: [registry],
  });
  const gauge = (name: string, help: string, value: () => number): void => {
    new Gauge({
      name: `gaitkeeper_${name}`,
      help,
      registers: [registry],
      collect() {
        this.set(value());
      },
    });
  };
  gauge('walk_recording', '1 while a walk is being recorded', () => (host.currentId === undefined ? 0 : 1));
  gauge('walk_held_seconds', 'Seconds held in memory because the disk is full', () => store.health().heldSeconds);
  gauge('live_clients', 'Open live streams', () => feed.readers);
  gauge('sensors_paired', 'Paired sensors', () => hub.sensors().filter((sensor) => sensor.paired).length);
  gauge(
    'sensors_streaming',
    'Sensors that stream',
    () => hub.sensors().filter((sensor) => sensor.state === 'streaming').length,
  );
  gauge('store_bytes', 'Size of the store', () => store.health().databaseBytes);
  gauge('store_free_bytes', 'Free space of its disk', () => store.health().freeBytes);
  gauge('store_troubles', 'Troubles of the store', () => store.health().troubles.length);
  gauge('mirror_pending', 'Points that wait for InfluxDB', () => mirror?.status().pending ?? 0);
  gauge('mirror_parked', 'Points left out after five refusals', () => mirror?.status().parked ?? 0);

  app.addHook('onResponse', (request, reply, done) => {
    const route = request.is404 ? 'unknown' : (request.routeOptions.url ?? 'unknown');
    requests.inc({ route, method: request.method, status: `${Math.floor(reply.statusCode / 100)}xx` });
    if (route !== '/api/v1/live' && route !== '/api/v1/ingest') seconds.observe(reply.elapsedTime / 1000);
    done();
  });
  app.get('/metrics', { config: { scope: 'read' }, schema: { hide: true } }, async (_request, reply) => {
    void reply.type(registry.contentType);
    return reply.send(await registry.metrics());
  });
}
