import { describe, expect, test } from 'vitest';
import type { StrideRecord } from '../../../src/domain/records.ts';
import { compileFormulas, FormulaError } from '../../../src/pipeline/metrics/formula-metric.ts';

const formula = (expression: string, name = 'own_pct') => ({ name, label: 'Own', unit: '%', expression });
const stride = (fields: Partial<StrideRecord>): StrideRecord => fields as StrideRecord;

describe("the wearer's own formulas", () => {
  test('arithmetic over stride fields', async () => {
    const [share, worse] = await compileFormulas([
      formula('stance_time_s / stride_time_s * 100'),
      formula('eversion_excursion_deg > 12 ? max(eversion_excursion_deg - 12, 0) ^ 2 : 0', 'own_deg2'),
    ]);
    expect(share!.value(stride({ stance_time_s: 0.6, stride_time_s: 1 }))).toBe(60);
    expect(share!.fields.toSorted()).toEqual(['stance_time_s', 'stride_time_s']);
    expect(worse!.value(stride({ eversion_excursion_deg: 14 }))).toBe(4);
  });

  test('a missing field or no finite number is null, never NaN or 0', async () => {
    const [share] = await compileFormulas([formula('stance_time_s / stride_time_s')]);
    expect(share!.value(stride({ stance_time_s: null, stride_time_s: 1 }))).toBeNull();
    expect(share!.value(stride({ stance_time_s: 1, stride_time_s: 0 }))).toBeNull();
    const [root] = await compileFormulas([formula('sqrt(foot_progression_deg)')]);
    expect(root!.value(stride({ foot_progression_deg: -4 }))).toBeNull();
  });

  test.each([
    ['import("fs")', /found "import"/],
    ['cos.constructor("return process")', /not allowed|found/],
    ['stride_time_s.constructor', /not allowed|no field/],
    ['a = 3', /not allowed/],
    ['f(x) = x', /not allowed/],
    ['[1, 2, 3]', /not allowed/],
    ['"text"', /found text/],
    ['evaluate("1")', /found "evaluate"/],
    ['process', /no field/],
    ['__proto__', /no field/],
    ['1; 2', /not allowed/],
    ['1 +', /own_pct/],
    ['factorial(170)', /found "factorial"/],
    [Array(80).fill('1').join('+'), /too long/],
  ])('%s is refused with words', async (expression, message) => {
    await expect(compileFormulas([formula(expression)])).rejects.toThrow(FormulaError);
    await expect(compileFormulas([formula(expression)])).rejects.toThrow(message);
  });

  test('a name that is taken or odd is refused', async () => {
    await expect(compileFormulas([formula('1', 'stride_time_s')])).rejects.toThrow(/new name/);
    await expect(compileFormulas([formula('1', 'Own Metric')])).rejects.toThrow(/new name/);
  });
});
