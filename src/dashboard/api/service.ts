import { allPages, call, upload } from './client.ts';
import type {
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
  FindingRecord,
  Health,
  ImportJob,
  ImportReceipt,
  LoginLink,
  Mark,
  MarkRequest,
  MetricInfo,
  MirrorStatus,
  Pause,
  Plan,
  PlanExercise,
  Preferences,
  Profile,
  Report,
  ReadyList,
  Retention,
  SafetyAnswers,
  SafetyCheck,
  SensorList,
  Session,
  Settings,
  Site,
  StrideRecord,
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
} from './types.ts';

const id = encodeURIComponent;
const get = async <T>(path: string): Promise<T> => (await call('GET', path)) as T;
const post = async <T>(path: string, body?: unknown): Promise<T> => (await call('POST', path, body)) as T;
const put = async <T>(path: string, body: unknown): Promise<T> => (await call('PUT', path, body)) as T;
const patch = async <T>(path: string, body: unknown): Promise<T> => (await call('PATCH', path, body)) as T;
const remove = async <T>(path: string): Promise<T> => (await call('DELETE', path)) as T;

const range = (fromS: number, toS: number) => `from_s=${fromS.toFixed(3)}&to_s=${toS.toFixed(3)}`;

/** Every call that the pages make, by the contract's names. All throw ApiError. */
export const service = {
  session: () => get<Session>('/session'),
  signIn: (code: string) => post<Session>('/session', { code }),
  signOut: () => remove<null>('/session'),
  link: () => post<LoginLink>('/session/links'),
  health: () => get<Health>('/health'),

  sensors: () => get<SensorList>('/sensors'),
  sensorCheck: () => get<ReadyList>('/sensors/check'),
  calibration: () => get<Calibration>('/calibration'),
  calibrate: (skipStill: boolean) => post<Calibration>('/calibration', { skip_still: skipStill }),
  stopCalibration: () => remove<Calibration>('/calibration'),
  scan: () => post<SensorList>('/sensors/scan'),
  stopScan: () => remove<SensorList>('/sensors/scan'),
  pair: (sensor: string, site: Site) => post<SensorList>(`/sensors/${id(sensor)}/pair`, { site }),
  forget: (sensor: string) => remove<SensorList>(`/sensors/${id(sensor)}/pair`),
  giveKey: (sensor: string, key: string) => put<SensorList>(`/sensors/${id(sensor)}/key`, { key }),
  identify: (sensor: string) => post<null>(`/sensors/${id(sensor)}/identify`),
  virtualWalker: (change: { scenario?: string; walking?: boolean }) => patch<VirtualWalker>('/virtual-walker', change),
  virtualTap: (sensor: string) => post<null>('/virtual-walker/tap', { sensor_id: sensor }),

  walks: (query = '') => allPages<Walk>(`/walks${query}`),
  currentWalk: async () => (await get<{ walk: Walk | null }>('/walks/current')).walk,
  startWalk: (tags: Tags) => post<Walk>('/walks', { tags }),
  walk: (walk: string) => get<Walk>(`/walks/${id(walk)}`),
  patchWalk: (walk: string, change: WalkPatch) => patch<Walk>(`/walks/${id(walk)}`, change),
  deleteWalk: (walk: string) => remove<null>(`/walks/${id(walk)}`),
  stopWalk: (walk: string) => post<Walk>(`/walks/${id(walk)}/stop`),
  pauseWalk: (walk: string) => post<Walk>(`/walks/${id(walk)}/pause`),
  pauses: async (walk: string) => (await get<{ items: Pause[] }>(`/walks/${id(walk)}/pauses`)).items,
  resumeWalk: (walk: string) => post<Walk>(`/walks/${id(walk)}/resume`),
  closeWalk: (walk: string) => post<Walk>(`/walks/${id(walk)}/close`),
  summary: (walk: string) => get<Summary>(`/walks/${id(walk)}/summary`),
  findings: (walk: string) => allPages<FindingRecord>(`/walks/${id(walk)}/findings`),
  strides: (walk: string, fromS: number, toS: number) =>
    allPages<StrideRecord>(`/walks/${id(walk)}/strides?${range(fromS, toS)}`, 4000),
  timeline: (walk: string, binS: number) => get<Timeline>(`/walks/${id(walk)}/timeline?bin_s=${String(binS)}`),
  curves: (walk: string, fromS: number, toS: number) =>
    get<CurveSummary>(`/walks/${id(walk)}/curves/summary?${range(fromS, toS)}`),
  tagChanges: async (walk: string) => (await get<{ items: TagChange[] }>(`/walks/${id(walk)}/tag-changes`)).items,

  marks: async (walk: string) => (await get<{ items: Mark[] }>(`/walks/${id(walk)}/marks`)).items,
  allMarks: () => allPages<Mark>('/marks'),
  addMark: (walk: string, mark: MarkRequest) => post<Mark>(`/walks/${id(walk)}/marks`, mark),
  patchMark: (walk: string, mark: string, change: MarkRequest) =>
    patch<Mark>(`/walks/${id(walk)}/marks/${id(mark)}`, change),
  deleteMark: (walk: string, mark: string) => remove<null>(`/walks/${id(walk)}/marks/${id(mark)}`),

  metrics: async () => (await get<{ items: MetricInfo[] }>('/metrics')).items,
  settings: () => get<Settings>('/settings'),
  saveConsent: (consent: Consent) => put<Settings>('/settings/consent', consent),
  saveSafety: (safety: SafetyAnswers) => put<Settings>('/settings/safety', safety),
  savePreferences: (preferences: Preferences) => put<Settings>('/settings/preferences', preferences),

  safetyCheck: (lang: string) => get<SafetyCheck>(`/guidance/safety?lang=${lang}`),
  plan: (lang: string) => get<Plan>(`/plan?lang=${lang}`),
  tick: (exercise: PlanExercise['id'], day: string, done: boolean) => put<null>('/plan/ticks', { exercise, day, done }),
  trials: async (lang: string) => (await get<{ items: TrialInfo[] }>(`/trials?lang=${lang}`)).items,
  startTrial: (lang: string, exercise: PlanExercise['id'], usualPain: number) =>
    post<TrialInfo>(`/trials?lang=${lang}`, { exercise, usual_pain: usualPain }),
  addTrialWalk: (
    lang: string,
    trial: string,
    walk: { walk_id: string; arm: 'A' | 'B'; pain: number; spoiled?: boolean },
  ) => post<TrialInfo>(`/trials/${id(trial)}/walks?lang=${lang}`, walk),
  trialMorning: (lang: string, trial: string, walk: string, pain: number) =>
    put<TrialInfo>(`/trials/${id(trial)}/walks/${id(walk)}/morning?lang=${lang}`, { pain }),
  endTrial: (lang: string, trial: string) => post<TrialInfo>(`/trials/${id(trial)}/end?lang=${lang}`),
  report: (walk: string, lang: string) => get<Report>(`/walks/${id(walk)}/report?lang=${lang}`),
  compare: (a: readonly string[], b: readonly string[], lang: string) =>
    get<CompareResult>(`/compare?a=${a.map(id).join(',')}&b=${b.map(id).join(',')}&lang=${lang}`),
  trends: async () => (await get<Trends>('/trends')).items,
  formulas: async () => (await get<FormulaList>('/settings/formulas')).items,
  saveFormulas: async (items: readonly Formula[]) => (await put<FormulaList>('/settings/formulas', { items })).items,
  walkFormulas: async (walk: string) => (await get<FormulaValues>(`/walks/${id(walk)}/formulas`)).items,

  profiles: async () => (await get<{ items: Profile[] }>('/profiles')).items,
  addProfile: (profile: { name: string; active?: boolean }) => post<Profile>('/profiles', profile),
  patchProfile: (profile: string, change: { name?: string; active?: boolean }) =>
    patch<Profile>(`/profiles/${id(profile)}`, change),
  deleteProfile: (profile: string) => remove<null>(`/profiles/${id(profile)}`),

  tokens: async () => (await get<{ items: Token[] }>('/tokens')).items,
  addToken: (token: { name: string; scopes: Token['scopes']; expires_in_days?: number }) =>
    post<TokenCreated>('/tokens', token),
  deleteToken: (token: string) => remove<null>(`/tokens/${id(token)}`),

  backups: async () => (await get<{ items: Backup[] }>('/backups')).items,
  addBackup: () => post<Backup>('/backups'),
  deleteBackup: (name: string) => remove<null>(`/backups/${id(name)}`),
  erase: (request: EraseRequest) => post<EraseReceipt>('/erase', request),
  saveRetention: (retention: Retention) => put<Settings>('/settings/retention', retention),
  importExport: async (file: File) => (await upload('/export/import', file, 'application/x-ndjson')) as ImportReceipt,
  mirror: () => get<MirrorStatus>('/mirror'),
  importFile: async (file: File) =>
    (await upload(
      '/walks/import',
      file,
      file.name.toLowerCase().endsWith('.csv') ? 'text/csv' : 'application/vnd.mcap',
    )) as ImportJob,
  importJob: (job: string) => get<ImportJob>(`/imports/${id(job)}`),
};
