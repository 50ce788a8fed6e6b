/**
 * The HTTP contract, browser-safe: TypeBox schemas that validate, type and document `/api/v1` (OpenAPI 3.1 comes from
 * them). Names are snake_case with units; times are ISO 8601 where wall time, seconds where walk time.
 *
 * Sign-in: `POST /api/v1/session {code}` sets an HttpOnly SameSite=Strict cookie; scripts send `Authorization: Bearer`.
 * Every refusal and error is a {@link Problem} (application/problem+json).
 *
 * | route | body or query -> answer |
 * |---|---|
 * | POST, GET, DELETE /session; POST /session/links | SessionRequest -> Session; - ; LoginLink |
 * | GET /health | Health |
 * | GET /sensors; GET /sensors/check | SensorList; ReadyList |
 * | GET, POST, DELETE /calibration | CalibrationStart -> Calibration |
 * | POST, DELETE /sensors/scan | SensorList |
 * | POST, DELETE /sensors/{id}/pair; PUT /sensors/{id}/key; POST /sensors/{id}/identify | PairRequest, SensorKey -> SensorList; 204 |
 * | GET, PATCH /virtual-walker; POST /virtual-walker/tap | VirtualWalkerPatch -> VirtualWalker; VirtualTap -> 204 |
 * | GET /walks, POST /walks, GET /walks/current | WalkQuery -> page of Walk; WalkStart -> 201 Walk; CurrentWalk |
 * | GET, PATCH, DELETE /walks/{id} | Walk; WalkPatch -> Walk; 204 |
 * | POST /walks/{id}/stop, /pause, /resume, /close | Walk (resume: of a paused or interrupted walk; close: of an interrupted one) |
 * | GET /walks/{id}/pauses | PauseList |
 * | GET /walks/{id}/strides, steps, events, findings, curves | RecordQuery -> page; strides.csv and steps.csv as text |
 * | GET /walks/{id}/curves/summary, timeline, summary | RecordQuery -> CurveSummary; TimelineQuery -> Timeline; Summary |
 * | GET, POST /walks/{id}/marks; PATCH, DELETE /walks/{id}/marks/{mark_id}; GET /marks | Mark, MarkList, page of Mark |
 * | GET, POST /walks/{id}/tag-changes | TagChangeList; TagChangeRequest -> 201 TagChange |
 * | GET /walks/{id}/recording.mcap, walk.csv | the recording |
 * | POST /walks/import; GET /imports/{id} | file -> 202 ImportJob; ImportJob |
 * | GET /metrics | MetricList |
 * | GET /live (SSE); GET /ingest (WebSocket) | LiveEvents; IngestHello, IngestAnswer |
 * | GET /settings; PUT /settings/consent, safety, preferences, retention | Settings |
 * | GET, POST /profiles; PATCH, DELETE /profiles/{id} | ProfileList, Profile |
 * | GET, POST /tokens; DELETE /tokens/{id} | TokenList; TokenRequest -> 201 TokenCreated; 204 |
 * | GET, POST /backups; GET, DELETE /backups/{name}; GET /export; POST /export/import; POST /erase; GET /mirror; POST /mirror/retry | BackupList, Backup; JSON lines; ImportReceipt; EraseReceipt; MirrorStatus |
 * | GET /audit, GET /audit/check | PageQuery -> page of AuditEntry; AuditCheck |
 *
 * Outside /api/v1: /openapi.json, /docs, /metrics (Prometheus, bearer token), and the dashboard's static shell.
 */
export * from './contract/audit.ts';
export * from './contract/calibration.ts';
export * from './contract/common.ts';
export * from './contract/formulas.ts';
export * from './contract/guidance.ts';
export * from './contract/live.ts';
export * from './contract/problem-codes.ts';
export * from './contract/sensors.ts';
export * from './contract/session.ts';
export * from './contract/settings.ts';
export * from './contract/walks.ts';
