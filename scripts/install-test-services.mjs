// Installs what the browser and InfluxDB suites need, where this is Debian and we may (root). Elsewhere it says what is
// missing; those suites then say that they were skipped, and why. With CI=true a missing service fails.
import { execFileSync, spawnSync } from 'node:child_process';

const wanted = [
  { command: 'chromium', package: 'chromium', for: 'browser tests' },
  { command: 'influxd', package: 'influxdb', for: 'InfluxDB tests' },
  { command: 'docker-compose', package: 'docker-compose', for: 'the check of docker-compose.yml' },
  { command: 'gcc', package: 'gcc', for: 'tests of the C codec' },
  { command: 'openssl', package: 'openssl', for: 'tests of --tls' },
  { command: 'pdftotext', package: 'poppler-utils', for: 'tests of the report as a PDF' },
];
const has = (command) => spawnSync('sh', ['-c', `command -v ${command}`]).status === 0;
const missing = wanted.filter((w) => !has(w.command));
if (missing.length === 0) process.exit(0);

const names = missing.map((m) => m.package).join(' ');
const root = typeof process.getuid === 'function' && process.getuid() === 0;
if (process.env.GAITKEEPER_NO_INSTALL === undefined && root && has('apt-get')) {
  process.stderr.write(`Installing from Debian what tests need: ${names}\n`);
  const apt = (...args) =>
    execFileSync('apt-get', args, {
      stdio: ['ignore', 'ignore', 'inherit'],
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    });
  try {
    apt('update', '-q');
    apt('install', '-q', '-y', '--no-install-recommends', ...missing.map((m) => m.package));
  } catch {
    process.stderr.write('The installation failed; the suites that need these packages will say so.\n');
  }
}
for (const m of missing.filter((w) => !has(w.command)))
  process.stderr.write(`Missing: ${m.command} (${m.for}). On Debian or Ubuntu: sudo apt-get install ${m.package}\n`);
