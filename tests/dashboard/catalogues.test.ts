import { describe, expect, it } from 'vitest';
import { FINDING_KINDS } from '../../src/domain/records.ts';
import { REASONS } from '../../src/domain/reasons.ts';
import { DRIFT_METRICS } from '../../src/drift/drift-metric.ts';
import { SCENARIOS } from '../../src/simulator/scenario.ts';
import { en } from '../../src/dashboard/i18n/en.ts';
import { ja } from '../../src/dashboard/i18n/ja.ts';
import { jaService } from '../../src/dashboard/i18n/ja-service.ts';
import { HEALTH_CODES, PROBLEM_CODES } from '../../src/api/contract.ts';
import { formatMessage } from '../../src/dashboard/i18n/message.ts';

/** The places that a message fills, whichever branch is chosen. */
function places(message: string): string[] {
  const asked = new Set<string>();
  for (const value of [0, 1, 2, 5])
    formatMessage(message, new Proxy({}, { get: (_, name) => (asked.add(String(name)), value) }), 'en');
  return [...asked].sort();
}

describe('the two catalogues', () => {
  it('have the same keys', () => {
    expect(Object.keys(ja).sort()).toEqual(Object.keys(en).sort());
  });

  it('fill the same places, and nothing is left empty', () => {
    for (const key of Object.keys(en) as (keyof typeof en)[]) {
      expect(ja[key].trim(), key).not.toBe('');
      expect(places(ja[key]), key).toEqual(places(en[key]));
    }
  });

  it('Japanese is Japanese: hardly a text is the same in both', () => {
    const same = (Object.keys(en) as (keyof typeof en)[]).filter((key) => en[key] === ja[key]);
    expect(
      same.every((key) => /letter|report\.title\.finding|pain\.ofTen/.test(key)),
      same.join(),
    ).toBe(true);
  });

  it('know every reason, finding, drift metric and scenario of the service', () => {
    for (const code of Object.keys(REASONS)) expect(en).toHaveProperty([`reason.${code}`]);
    for (const kind of FINDING_KINDS)
      if (kind !== 'drift' && kind !== 'sudden_change') expect(en).toHaveProperty([`finding.kind.${kind}`]);
    for (const metric of Object.keys(DRIFT_METRICS))
      for (const direction of ['more', 'less']) expect(en).toHaveProperty([`finding.${metric}.${direction}`]);
    for (const scenario of SCENARIOS) expect(en).toHaveProperty([`scenario.${scenario}`]);
  });

  it('say in Japanese every refusal and every trouble that the service says in English', () => {
    const wanted = [
      ...PROBLEM_CODES.map((code) => `problem.${code}`),
      ...HEALTH_CODES.flatMap((code) => [`health.${code}`, `health.${code}.do`]),
    ];
    for (const key of wanted) expect(jaService[key as keyof typeof jaService], key).toMatch(/[ぁ-ん]/);
  });

  it('keep to the wording: patterns and changes, never diagnoses', () => {
    const avoid =
      /\b(abnormal|pathological|dysfunction|risk score|trendelenburg|treats?|prevents?|cures?|weak (glute|muscle)|excessive|overpronat\w*)\b/i;
    const allowed = new Set(['consent.notMedical']);
    for (const [key, text] of Object.entries(en)) if (!allowed.has(key)) expect(text, key).not.toMatch(avoid);
    for (const [key, text] of Object.entries({ ...ja, ...jaService }))
      if (!allowed.has(key)) expect(text, key).not.toMatch(/異常|病的|機能不全|治る|予防/);
  });
});

describe('a message', () => {
  it('fills places and chooses plurals in its language', () => {
    const message = '{name}: {count, plural, =0 {none} one {# step} other {# steps}}';
    expect(formatMessage(message, { name: 'A', count: 0 }, 'en')).toBe('A: none');
    expect(formatMessage(message, { name: 'A', count: 1 }, 'en')).toBe('A: 1 step');
    expect(formatMessage(message, { name: 'A', count: 8236 }, 'en')).toBe('A: 8,236 steps');
    expect(formatMessage('{n, plural, other {#歩}}', { n: 2 }, 'ja')).toBe('2歩');
  });

  it('fills places inside a branch, and leaves an unknown place visible', () => {
    expect(formatMessage('{c, plural, one {{a} or {b}} other {#}}', { c: 1, a: 'x', b: 'y' }, 'en')).toBe('x or y');
    expect(formatMessage('hello {who}', {}, 'en')).toBe('hello {who}');
  });
});
