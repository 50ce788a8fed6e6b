import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';

const root = path.resolve(import.meta.dirname, '../..');
const page = readFileSync(path.join(root, 'docs/reliability.md'), 'utf8');
const rows = [...page.matchAll(/^\| ([A-Z]\d+) +\|[^|]*\| *([a-z]+)/gm)].map(([, goal, by]) => ({ goal: goal!, by }));

/** Goals that titles of tests name. */
function namedInTitles(): Set<string> {
  const named = new Set<string>();
  for (const entry of readdirSync(path.join(root, 'tests'), { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || !entry.name.endsWith('.test.ts')) continue;
    const text = readFileSync(path.join(entry.parentPath, entry.name), 'utf8');
    for (const [, title] of text.matchAll(/\b(?:it|test|describe)(?:\.\w+)*(?:\([^()]*\))?\(\s*['"`]([^'"`]*)/g))
      for (const [goal] of title!.matchAll(/\b[RBLSPC](?:1\d|\d)\b/g)) named.add(goal);
  }
  return named;
}

test('each goal of docs/reliability.md that is shown by a test has one, and each goal that a title names is there', () => {
  const named = namedInTitles();
  expect(rows.length).toBeGreaterThan(40);
  expect(rows.filter(({ goal, by }) => by === 'test' && !named.has(goal))).toEqual([]);
  expect(rows.filter(({ goal, by }) => by !== 'test' && named.has(goal))).toEqual([]);
  const listed = new Set(rows.map((row) => row.goal));
  expect([...named].filter((goal) => !listed.has(goal))).toEqual([]);
});

interface PackageJson {
  dependencies: Record<string, string>;
  devDependencies: Record<string, string>;
  optionalDependencies: Record<string, string>;
  allowScripts: Record<string, boolean>;
}

test('C1 few direct dependencies, each pinned; packages that run a script at their installation are exactly the named ones', () => {
  const own = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as PackageJson;
  const lock = JSON.parse(readFileSync(path.join(root, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, { hasInstallScript?: boolean; resolved?: string }>;
  };
  const direct = { ...own.dependencies, ...own.optionalDependencies };
  expect(Object.keys(direct).length).toBeLessThanOrEqual(24);
  for (const [name, version] of Object.entries({ ...direct, ...own.devDependencies }))
    expect(version, name).toMatch(/^\d+\.\d+\.\d+(-[\w.]+)?$/);
  const withScripts = Object.entries(lock.packages)
    .filter(([place, entry]) => place !== '' && entry.hasInstallScript === true)
    .map(([place]) => place.slice(place.lastIndexOf('node_modules/') + 'node_modules/'.length));
  const allowed = Object.keys(own.allowScripts).filter((name) => own.allowScripts[name] === true);
  expect(new Set(withScripts.filter((name) => !(name in own.allowScripts)))).toEqual(new Set());
  expect(allowed.filter((name) => !withScripts.includes(name))).toEqual([]);
  for (const [place, { resolved }] of Object.entries(lock.packages))
    if (resolved !== undefined) expect(resolved, place).not.toMatch(/^(git|file|https?:\/\/(codeload\.)?github)/);
});
