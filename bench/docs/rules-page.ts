import { CAUSES } from '../../src/guidance/causes.ts';
import { EXERCISES, type Exercise } from '../../src/guidance/exercises.ts';
import { SAFETY_QUESTIONS } from '../../src/guidance/safety-check.ts';
import type { Language } from '../../src/guidance/words/catalogue.ts';
import { wordsOf } from '../../src/guidance/words/index.ts';
import { VERDICTS } from '../../src/guidance/trial-analysis.ts';

const HEADS = {
  en: {
    title: 'Rules: what fits what',
    intro:
      'Made from the rules themselves (`src/guidance/`) by `npm run docs:metrics`, for physiotherapists to read and correct. Nothing else in the product decides what a change may go with or which exercise fits.',
    causes: 'Five things, their signals and exercises',
    causeHeads: ['may go with', 'signals of the sensors', 'can say', 'can not say', 'self-test', 'exercise'],
    more: 'more',
    less: 'less',
    either: 'either way',
    together: 'counts only together with another of this row, clear on both sides and at the same pace',
    none: 'none',
    exercises: 'Exercises, easiest first',
    exerciseHeads: ['exercise', 'how much', 'evidence', 'not without a word with a professional', 'trial'],
    trial: { pairs: 'pairs of walks, with and without by lot', before_after: 'before and after a drawn start' },
    safety: 'Safety check: any yes closes exercises and trials',
    safetyHeads: ['question', 'what a yes says'],
    verdicts: 'Verdicts of a trial',
    order:
      'A drift that the panel found comes first, most certain first; then changes of several signals of one row between the first and the last ten minutes; then sudden changes, which never name a cause. At most three are shown; with poor data (grade C) none. "Nothing clear changed" is a full result.',
  },
  ja: {
    title: '規則：何に何が合うか',
    intro:
      '規則そのもの（`src/guidance/`）から`npm run docs:metrics`で作ります。理学療法士が読んで直せるための表です。変化が何と関係しうるか、どの体操が合うかは、この表だけで決まります。',
    causes: '五つのことと、その手がかりと体操',
    causeHeads: ['関係しうること', 'センサーの手がかり', '言えること', '言えないこと', '自己テスト', '体操'],
    more: '増える',
    less: '減る',
    either: 'どちらでも',
    together: '同じ行のほかの手がかりと合わせて、左右とも明らかで、同じリズムのときだけ数えます',
    none: 'なし',
    exercises: '体操（簡単なものから）',
    exerciseHeads: ['体操', '回数と時間', '根拠', '先に専門家へ相談', '試行'],
    trial: { pairs: '歩行の組、あり・なしはくじ', before_after: 'くじで決めた開始の前後' },
    safety: '安全の質問：一つでも「はい」なら体操と試行は閉じます',
    safetyHeads: ['質問', '「はい」のとき'],
    verdicts: '試行の結果の言葉',
    order:
      'まず見つかった変化を確かなものから、次に同じ行の複数の手がかりが最初と最後の10分で変わったもの、最後に急な変化（原因は挙げません）。多くて三つ。データの質がCなら何も挙げません。「はっきりした変化なし」も立派な結果です。',
  },
} as const;

const row = (cells: readonly string[]): string =>
  `| ${cells.map((c) => c.replaceAll('|', '\\|').replaceAll('\n', ' ')).join(' | ')} |`;
const table = (heads: readonly string[], rows: readonly (readonly string[])[]): string =>
  [row(heads), row(heads.map(() => '---')), ...rows.map(row)].join('\n');

/** docs/rules.md, docs/rules-ja.md: the rules from records to findings as tables, in a language. */
export function rulesPage(language: Language): string {
  const h = HEADS[language];
  const w = wordsOf(language);
  const causes = CAUSES.map((cause) => {
    const signals = cause.signals.map(
      (s) => `${w.metric(s.metric)} (\`${s.metric}\`): ${h[s.direction]}${s.alone ? '' : ' \\*'}`,
    );
    return [
      w.cause[cause.id].name,
      signals.length === 0 ? h.none : signals.join('; '),
      w.cause[cause.id].canSay,
      w.cause[cause.id].cantSay,
      cause.selfTest === null ? h.none : w.selfTest[cause.selfTest],
      cause.exercises.map((id) => w.exercise[id].name).join(', '),
    ];
  });
  const exercises = EXERCISES.map((e: Exercise) => [
    w.exercise[e.id].name,
    w.exercise[e.id].dose,
    w.exercise[e.id].evidence,
    e.cautions.map((c) => w.caution[c] ?? c).join('; '),
    h.trial[e.trial],
  ]);
  const safety = SAFETY_QUESTIONS.map((q) => [w.safety.question[q.id], w.safety.advice[q.level]]);
  return `# ${h.title}

${h.intro}

## ${h.causes}

${table(h.causeHeads, causes)}

\\* ${h.together}

${h.order}

## ${h.exercises}

${table(h.exerciseHeads, exercises)}

## ${h.safety}

${w.safety.stopWalk} ${w.safety.noClear}

${table(h.safetyHeads, safety)}

## ${h.verdicts}

${VERDICTS.map((v) => `- ${w.verdict[v]}`).join('\n')}

${w.trialKnown} ${w.trialMany}
`;
}
