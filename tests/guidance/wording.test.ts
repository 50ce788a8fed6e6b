import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';

/** Words that would make a claim about a body instead of a walk. Both languages; a text may name them only to deny them. */
const AVOID = [
  /diagnos/i,
  /abnormal/i,
  /\bpathological/i,
  /dysfunction/i,
  /\brisk score/i,
  /\bnormal (gait|walk|walking|range|value)/i,
  /\bsuffer(s|ing)?\b/i,
  /\b(injur(y|ies|ed)) (risk|prevention)/i,
  /\byou have (a |an )?(weak|tight|stiff|bad|poor)/i,
  /trendelenburg/i,
  /\btreat(s|ed|ment|ing)?\b/i,
  /\bprevent(s|ed|ing|ion)?\b/i,
  /\bcure/i,
  /stenosis/i,
  /your .{0,30}(is|are) weak\b/i,
  /bad form/i,
  /excessive pronation/i,
  /診断/,
  /異常/,
  /正常/,
  /治療/,
  /治す|治る/,
  /予防/,
  /機能不全/,
  /狭窄/,
  /病気です|症状です|障害です/,
  /あなたの.{0,12}(弱い|悪い)です/,
];

const root = path.resolve(import.meta.dirname, '../..');
const folders = [
  'src/guidance',
  'src/dashboard',
  'src/drift',
  'src/walk',
  'src/domain',
  'src/pipeline/metrics',
  'src/api',
  'src/report',
  'src/ble',
  'src/cli',
];

/** Sentences that deny are no claims: "It does not diagnose", 「診断するものではありません」. */
const claims = (text: string): string =>
  text
    .replace(/[^.!?]*\b(does not|do not|is not|not a|never)\b[^.!?]*/gi, '')
    .replace(/[^。]*(ではありません|しません|できません)/g, '');

/** String and template literals of a source file. */
function texts(source: string): string[] {
  const code = source.replace(/\/\*[\s\S]*?\*\//g, '').replace(/^\s*\/\/.*$/gm, '');
  return [...code.matchAll(/'((?:[^'\\\n]|\\.)*)'|`((?:[^`\\]|\\.)*)`|"((?:[^"\\\n]|\\.)*)"/g)]
    .map((m) => m[1] ?? m[2] ?? m[3] ?? '')
    .filter((t) => /\s|[぀-ヿ一-鿿]/.test(t));
}

describe('texts speak of patterns and changes, never of diagnoses', () => {
  test.each(folders)('%s', (folder) => {
    const files = readdirSync(path.join(root, folder), { recursive: true, encoding: 'utf8' }).filter((f) =>
      /\.(ts|svelte)$/.test(f),
    );
    expect(files.length).toBeGreaterThan(0);
    const found = files.flatMap((file) =>
      texts(readFileSync(path.join(root, folder, file), 'utf8')).flatMap((text) =>
        AVOID.filter((word) => word.test(claims(text))).map((word) => `${file}: ${String(word)} in "${text}"`),
      ),
    );
    expect(found).toEqual([]);
  });

  test('the scan would find such a word', () => {
    expect(texts("const a = 'this is an abnormal gait';").some((t) => AVOID.some((w) => w.test(claims(t))))).toBe(true);
    expect(texts('const a = `歩行の異常です`;').some((t) => AVOID.some((w) => w.test(claims(t))))).toBe(true);
  });
});
