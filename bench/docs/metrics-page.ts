import { SIGN_TABLE } from '../../src/domain/frames.ts';
import { REASONS } from '../../src/domain/reasons.ts';
import { DRIFT_METRICS } from '../../src/drift/drift-metric.ts';
import { strideMetrics } from '../../src/pipeline/metrics/index.ts';

const cell = (text: string): string => text.replaceAll('|', '\\|');

/** docs/metrics.md: every metric with its definition, frame, sign, rule, unit, range, source and limits, from the registry. */
export function metricsPage(): string {
  const metrics = strideMetrics.map(
    (m) => `### ${m.label}: \`${m.name}\`

${m.definition}

| unit | ${m.unit} |
| --- | --- |
| kind | ${m.kind === 'positive' ? 'positive quantity: sides compared by the symmetry angle' : 'angle or rate: sides compared by plain difference'} |
${m.frame === undefined ? '' : `| sign | ${cell(m.frame)} |\n`}| rule | ${cell(m.rule)} |
| range | ${m.range[0]} to ${m.range[1]}; outside it is withheld as impossible |
| source | ${cell(m.source)} |
| limits | ${cell(m.limits)} |
`,
  );
  const signs = SIGN_TABLE.map(
    (s) =>
      `| ${s.quantity.replaceAll('_', ' ')} | ${s.positive} | ${sign(s.left)} about ${s.axis} | ${sign(s.right)} about ${s.axis} |`,
  );
  const reasons = Object.entries(REASONS).map(([code, text]) => `| \`${code}\` | ${cell(text)} |`);
  const drift = Object.values(DRIFT_METRICS).map((m) => `| \`${m.name}\` | ${m.unit} | ${m.delta} | ${m.alarmP} |`);
  return `# Metrics

Made from the registry (\`src/pipeline/metrics/\`) by \`npm run docs:metrics\`. Sources S1 to S64 are listed in [evidence.md](evidence.md).
What each is worth on real recordings: [accuracy.md](accuracy.md).

A value that can't be known is \`null\` with a reason code; it is never 0, −1 or interpolated. Each stride has a \`quality\` from 0 to 1;
medians use straight strides of quality 0.3 or more.

## Frames and signs

Right-handed for every site: x forward (toes), y left, z up; at rest the accelerometer reads z = +g.

| quantity | positive means | left | right |
| --- | --- | --- | --- |
${signs.join('\n')}

## Metrics of a stride

${metrics.join('\n')}
## Scores

\`excessive_pronation_left\`, \`excessive_pronation_right\`, \`hip_drop_asymmetry\`: 0 to 100 × |now − your start| / (4 × your own stride SD),
0 below the detectable change, with their inputs, the strides they rest on and a confidence. Nothing is said before there are 50
strides of both. The start is this walk's own; there is no "normal" of other people in a score. On pages they read "compared with
your start".

## Drift

One posterior a minute over "nothing", ramps and steps of every onset minute and direction, beside level, warm-up, speed and known
jumps, under long-memory noise (\`src/drift/\`). How often it is wrong and how soon it is right:
[drift-characteristics.md](drift-characteristics.md). A wearer whose last five walks alarmed twice without pain is judged with twice the
noise from then on; recordings carry it.

| metric | unit | smallest practical change | alarm from probability |
| --- | --- | --- | --- |
${drift.join('\n')}

## Symmetry and variability

Positive quantities: symmetry angle (Zifchock 2008), (45° − atan(left / right)) / 90° × 100, from 50 valid strides a side. Angles: left
less right in degrees. Variability: coefficient of variation of stride time and length from successive differences, from 80 strides.

## Running

Strides in which the foot is on the ground for less than half of the time (48.8 % as read) were run (\`running\`): they count as strides and steps, and in nothing else.
Distance is that of the walked strides, of which those without a length are filled by the side's median; it says of what share of all strides
the length was measured. The share of running that is told apart, and its margin to walking: [decision 106](decisions/106-foot-running.md).

## Reason codes

| code | meaning |
| --- | --- |
${reasons.join('\n')}
`;
}

const sign = (v: number): string => (v > 0 ? '+ rotation' : '− rotation');
