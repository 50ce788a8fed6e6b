// The architecture's edges: imports point only towards `domain`, and nothing runs in a circle (type imports included).
const layers = {
  domain: [],
  math: ['domain'],
  protocol: ['domain'],
  timeline: ['domain', 'math', 'protocol'],
  pipeline: ['domain', 'math'],
  drift: ['domain', 'math', 'pipeline'],
  walk: ['domain', 'math', 'protocol', 'timeline', 'pipeline', 'drift'],
  guidance: ['domain', 'math', 'pipeline', 'drift'],
  simulator: ['domain', 'math', 'protocol'],
  ble: ['domain', 'protocol', 'simulator'],
  store: ['domain'],
  recording: ['domain', 'protocol', 'timeline'],
  report: ['domain', 'pipeline', 'guidance'],
  api: ['domain', 'protocol', 'pipeline', 'walk', 'guidance', 'simulator', 'ble', 'store', 'recording', 'report'],
  dashboard: [],
  cli: [
    'domain',
    'protocol',
    'timeline',
    'pipeline',
    'walk',
    'guidance',
    'simulator',
    'ble',
    'store',
    'recording',
    'report',
    'api',
  ],
};
const pure = ['domain', 'math', 'protocol', 'timeline', 'pipeline', 'drift', 'walk', 'guidance', 'simulator'];

const edges = Object.entries(layers).map(([from, allowed]) => ({
  name: `${from}-points-inwards`,
  severity: 'error',
  from: { path: `^src/${from}/` },
  to: {
    path: '^src/',
    pathNot: `^src/(${[from, ...allowed].join('|')})/` + (from === 'dashboard' ? '|^src/api/contract[./]' : ''),
  },
}));

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    ...edges,
    { name: 'no-circles', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'pure-stays-pure',
      comment: 'Above the shell there is no I/O.',
      severity: 'error',
      from: { path: `^src/(${pure.join('|')})/` },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'no-dev-packages-at-run-time',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/dashboard/' },
      to: { dependencyTypes: ['npm-dev'], pathNot: 'node_modules/@stoprocent/noble' },
    },
    { name: 'known-packages-only', severity: 'error', from: { path: '^src/' }, to: { couldNotResolve: true } },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types', 'svelte'],
    },
    exclude: { path: '\\.svelte$' },
  },
};
