import type { LiveRecord } from '../../api/contract.ts';

export type {
  Backup,
  Calibration,
  CompareResult,
  Consent,
  CurveSummary,
  EraseReceipt,
  EraseRequest,
  Formula,
  FormulaList,
  FormulaValues,
  Health,
  HealthProblem,
  ImportJob,
  ImportReceipt,
  LiveEvents,
  LiveFoot,
  LiveFrame,
  LiveMark,
  LiveRecord,
  LiveWalk,
  LoginLink,
  Mark,
  MarkRequest,
  MetricInfo,
  MirrorStatus,
  Page,
  Pause,
  Plan,
  PlanExercise,
  Preferences,
  Problem,
  Profile,
  Report,
  ReportFinding,
  ReadyList,
  Retention,
  SafetyAnswers,
  SafetyCheck,
  Sensor,
  SensorList,
  Session,
  Settings,
  Summary,
  TagChange,
  Tags,
  Timeline,
  Token,
  TokenCreated,
  Trends,
  TrialInfo,
  VirtualWalker,
  Walk,
  WalkPatch,
} from '../../api/contract.ts';

/** Any stored record that comes down the live stream. */
export type AnyRecord = LiveRecord['record'];
/** A stride as it is stored and sent. */
export type StrideRecord = Extract<AnyRecord, { type: 'stride' }>;
/** A finding as it is stored and sent. */
export type FindingRecord = Extract<AnyRecord, { type: 'finding' }>;
/** A walk's summary record. */
export type WalkRecord = Extract<AnyRecord, { type: 'walk' }>;
export type Side = 'left' | 'right';
/** Where a sensor is worn. */
export type Site = 'left_foot' | 'right_foot' | 'pelvis';

export const SIDES = ['left', 'right'] as const;
export const SITES = ['left_foot', 'right_foot', 'pelvis'] as const;
export const siteOf = (side: Side): Site => (side === 'left' ? 'left_foot' : 'right_foot');
