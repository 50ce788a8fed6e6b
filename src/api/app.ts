import rateLimit from '@fastify/rate-limit';
import swagger from '@fastify/swagger';
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import websocket from '@fastify/websocket';
import fastify, { LogController, type FastifyBaseLogger, type FastifyContextConfig, type FastifySchema } from 'fastify';
import type { SensorHub } from '../ble/sensor-hub.ts';
import type { WalkStore } from '../store/walk-store.ts';
import { AccessControl } from './access/access-control.ts';
import { AuditLog } from './access/audit-log.ts';
import { watchQuarantine } from './access/quarantine-watch.ts';
import { guardAccess, type GuardedRoute } from './access/access-hook.ts';
import type { OriginRules } from './access/origins.ts';
import type { ApiApp, ApiContext, MirrorControl, VirtualWalkerControl } from './api-context.ts';
import { Calibrator } from './calibration/calibrator.ts';
import { systemClock, type ServiceClock } from './clock.ts';
import { Problem, type SensorList } from './contract.ts';
import { createLimitedServer, type Certificate } from './http-server.ts';
import { LiveFeed } from './live/live-feed.ts';
import { servePage } from './page-files.ts';
import { presentRadios, presentSensor } from './presenters.ts';
import { ProblemError, sendProblem } from './problem.ts';
import { INGEST_MESSAGE_BYTES } from './recorder/ingest-session.ts';
import { JobQueue } from './recorder/job-queue.ts';
import { keepRetention } from './recorder/retention.ts';
import { eraseUnkept } from './recorder/unkept-walks.ts';
import { systemWalkClock, type WalkClock } from './recorder/walk-clock.ts';
import { WalkHost } from './recorder/walk-host.ts';
import { BODY_LIMIT_BYTES, limitRequests } from './request-limits.ts';
import { auditRoutes } from './routes/audit-routes.ts';
import { calibrationRoutes } from './routes/calibration-routes.ts';
import { dataRoutes } from './routes/data-routes.ts';
import { docRoutes } from './routes/doc-routes.ts';
import { formulaRoutes } from './routes/formula-routes.ts';
import { healthRoutes } from './routes/health-routes.ts';
import { ingestRoutes } from './routes/ingest-routes.ts';
import { liveRoutes } from './routes/live-routes.ts';
import { markRoutes } from './routes/mark-routes.ts';
import { planRoutes } from './routes/plan-routes.ts';
import { recordRoutes } from './routes/record-routes.ts';
import { recordingRoutes } from './routes/recording-routes.ts';
import { reportRoutes } from './routes/report-routes.ts';
import { sensorRoutes } from './routes/sensor-routes.ts';
import { sessionRoutes } from './routes/session-routes.ts';
import { settingsRoutes } from './routes/settings-routes.ts';
import { trialRoutes } from './routes/trial-routes.ts';
import { walkRoutes } from './routes/walk-routes.ts';
import { addSecurityHeaders } from './security-headers.ts';
import { serveMetrics, watchLoop } from './service-metrics.ts';
import { useContractSchemas } from './validation.ts';

export interface AppOptions {
  readonly version: string;
  readonly store: WalkStore;
  readonly hub: SensorHub;
  /** The service's own bearer token. */
  readonly serviceToken: string;
  readonly rules: OriginRules;
  /** Address of the page as it is printed. */
  readonly pageUrl: () => string;
  /** Uploads on their way and backups live here. */
  readonly dataFolder: string;
  readonly log: FastifyBaseLogger;
  readonly clock?: ServiceClock;
  readonly walkClock?: WalkClock;
  readonly certificate?: Certificate | undefined;
  /** The built dashboard; undefined: the API alone. */
  readonly pageFolder?: string | undefined;
  readonly virtualWalker?: VirtualWalkerControl | undefined;
  readonly mirror?: MirrorControl | undefined;
  /** Requests a minute from one address. */
  readonly requestsPerMinute?: number;
}

/** The service: its HTTP application, and what it works with. `app.close()` ends it in good order; store and hub stay open. */
export async function createApp(
  options: AppOptions,
): Promise<{ app: ApiApp; context: ApiContext; routes: readonly GuardedRoute[] }> {
  const { store, hub, rules, certificate } = options;
  const clock = options.clock ?? systemClock;
  const app: ApiApp = fastify({
    loggerInstance: options.log,
    serverFactory: (handler) => createLimitedServer(handler, certificate),
    bodyLimit: BODY_LIMIT_BYTES,
    // Behind Docker's or a proxy's address everybody would look alike; no header is believed on who somebody is.
    trustProxy: false,
    exposeHeadRoutes: true,
    forceCloseConnections: true,
    return503OnClosing: true,
    routerOptions: { maxParamLength: 200, ignoreTrailingSlash: false },
    frameworkErrors: (error, request, reply) => void sendProblem(error, request, reply),
    // Requests are counted (/metrics), not logged one by one: addresses tell of walks.
    logController: new LogController({ disableRequestLogging: true }),
  }).withTypeProvider<TypeBoxTypeProvider>();

  const access = new AccessControl({ clock, tokens: store.tokens, serviceToken: options.serviceToken });
  const walkClock = options.walkClock ?? systemWalkClock();
  const host = new WalkHost({
    store,
    hub,
    clock,
    walkClock,
    log: options.log,
    program: options.version,
  });
  const calibrator = new Calibrator({ hub, host, store, clock, walkClock, onRemembered: () => feed.noteSensors() });
  let scanning = false;
  const sensorList = (): SensorList => ({
    radios: presentRadios(hub),
    scanning,
    sensors: hub.sensors().map((sensor) => presentSensor(sensor, calibrator.fitOf(sensor))),
    virtual_walker: options.virtualWalker?.state() ?? null,
  });
  const feed = new LiveFeed({ store, host, hub, clock, sensorList });
  const audit = new AuditLog({ trail: store.audit, clock, log: options.log });
  const unwatchQuarantine = watchQuarantine(hub, audit);
  const jobs = new JobQueue();
  const loopDelay = watchLoop();
  const context: ApiContext = {
    version: options.version,
    store,
    hub,
    clock,
    access,
    audit,
    host,
    calibrator,
    feed,
    jobs,
    tls: rules.tls,
    pageUrl: options.pageUrl,
    dataFolder: options.dataFolder,
    virtualWalker: options.virtualWalker,
    mirror: options.mirror,
    sensorList,
    setScanning: (now) => {
      scanning = now;
    },
  };

  useContractSchemas(app);
  limitRequests(app);
  app.setErrorHandler(sendProblem);
  await addSecurityHeaders(app, rules.tls);
  const routes = guardAccess(app, access, rules);
  await app.register(rateLimit, {
    global: true,
    max: options.requestsPerMinute ?? 3000,
    timeWindow: '1 minute',
    errorResponseBuilder: (_request, { ttl }) =>
      new ProblemError(429, 'too_many_requests', 'Too many requests came from here in a minute.', {
        retryAfterS: ttl / 1000,
      }),
  });
  await app.register(websocket, { options: { maxPayload: INGEST_MESSAGE_BYTES, perMessageDeflate: false } });
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: { title: 'Gaitkeeper', version: options.version, description: 'Local-first gait companion.' },
      components: {
        securitySchemes: {
          bearer: { type: 'http', scheme: 'bearer' },
          session: { type: 'apiKey', in: 'cookie', name: rules.tls ? '__Host-gk_session' : 'gk_session' },
        },
      },
      security: [{ bearer: [] }, { session: [] }],
    },
    transform: ({ schema, url, route }) => ({ schema: documented(schema, route.config), url }),
  });
  serveMetrics(app, context);
  await app.register(
    (api: ApiApp, _options, done) => {
      sessionRoutes(api, context);
      healthRoutes(api, context, loopDelay);
      sensorRoutes(api, context);
      calibrationRoutes(api, context);
      walkRoutes(api, context);
      recordRoutes(api, context);
      markRoutes(api, context);
      recordingRoutes(api, context);
      formulaRoutes(api, context);
      reportRoutes(api, context);
      planRoutes(api, context);
      trialRoutes(api, context);
      settingsRoutes(api, context);
      dataRoutes(api, context);
      auditRoutes(api, context);
      liveRoutes(api, context);
      ingestRoutes(api, context);
      done();
    },
    { prefix: '/api/v1' },
  );
  docRoutes(app);
  await servePage(app, options.pageFolder);

  const stopRetention = keepRetention(context, options.log);
  eraseUnkept(context, options.log);
  app.addHook('preClose', async () => {
    stopRetention();
    feed.close();
    await jobs.close();
    calibrator.close();
    unwatchQuarantine();
    host.close();
    loopDelay.disable();
  });
  await app.ready();
  return { app, context, routes };
}

/** An operation as OpenAPI has it: who may call it, and that every refusal is a problem. */
function documented(schema: FastifySchema | undefined, config: FastifyContextConfig | undefined): FastifySchema {
  const scope = config?.scope;
  const refused = { description: 'Refused, and why', content: { 'application/problem+json': { schema: Problem } } };
  const answers = (schema?.response ?? {}) as Record<string, unknown>;
  const open = scope === 'open' || scope === 'shell';
  return Object.assign({}, schema, {
    response: { ...(Object.keys(answers).length === 0 ? { 200: STREAMED } : answers), default: refused },
    'x-scope': scope,
    ...(open ? { security: [] } : {}),
    // The plugin hides WebSockets; scripts look for them here all the same.
    ...(config?.upgrade === true ? { hide: false } : {}),
  });
}

/** An answer that is a file or a stream: no schema of the contract. */
const STREAMED = { description: 'The file or stream' };
