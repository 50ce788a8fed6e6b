import { CAUSES } from '../guidance/causes.ts';
import { reportTitle, wordsOf } from '../guidance/words/index.ts';
import type { GuidanceWords, Language } from '../guidance/words/catalogue.ts';
import { signed } from '../guidance/words/catalogue.ts';
import type { WalkReport } from '../guidance/walk-report.ts';
import type { StartEndRow } from '../guidance/start-end.ts';
import { drawChart, type ChartLine } from './report-chart.ts';
import {
  BRAND,
  BRAND_SOFT,
  CONTENT_WIDTH,
  INK,
  INK_SOFT,
  LEFT,
  MARGIN,
  NOTE,
  NOTE_SOFT,
  PAIN,
  ReportPage,
  RIGHT,
  SUNK,
} from './report-page.ts';

/** Digits and unit of a table cell, by the metric's suffix. */
const FORMATS: readonly (readonly [RegExp, number, string])[] = [
  [/_dps$/, 0, ' °/s'],
  [/_deg$/, 1, '°'],
  [/_s$/, 3, ' s'],
  [/_mps$/, 2, ' m/s'],
  [/_m$/, 3, ' m'],
  [/pct/, 1, ' %'],
];

/** Smallest y axis of a timeline, in the metric's unit. */
const LEAST_SPAN: Readonly<Record<string, number>> = {
  eversion_excursion_deg: 4,
  pelvic_drop_excursion_deg: 4,
  stance_time_s: 0.06,
  stride_time_s: 0.08,
  stride_length_m: 0.15,
  walking_speed_mps: 0.2,
};

/** Gaps and runs from this length on are drawn in the charts [s]. */
const SHORTEST_SPAN_S = 2;

/**
 * The report as a PDF for the wearer and the physiotherapist: data quality on page 1.
 * @returns the file's bytes
 */
export async function reportPdf(report: WalkReport, language: Language): Promise<Buffer> {
  const w = wordsOf(language);
  const page = new ReportPage(
    reportTitle(report, w),
    language,
    `${w.report.made} ${report.version} · ${w.report.notMedical}`,
  );
  firstPage(page, report, w);
  wholeWalk(page, report, w);
  leftAndRight(page, report, w);
  curves(page, report, w);
  causes(page, report, w);
  page.heading(w.report.methods);
  page.text(w.report.methodsText, { size: 9, color: INK_SOFT });
  page.heading(w.report.limits);
  page.text(w.report.limitsText, { size: 9, color: INK_SOFT });
  return page.finish();
}

function firstPage(page: ReportPage, report: WalkReport, w: GuidanceWords): void {
  const date = new Date(report.startedAtMs).toLocaleString(w.language === 'ja' ? 'ja-JP' : 'en-GB', {
    dateStyle: 'long',
    timeStyle: 'short',
  });
  page.text(`${date}${report.title === '' ? '' : ` · ${report.title}`}`, { size: 9, color: INK_SOFT });
  page.text(reportTitle(report, w), { size: 20, bold: true, gap: 10 });
  const minutes = Math.round(report.durationS / 60);
  const none = '–';
  page.facts([
    { value: `${minutes} ${w.report.minutes}`, name: w.report.duration },
    { value: String(report.steps), name: w.report.steps },
    { value: report.distanceM === null ? none : `${(report.distanceM / 1000).toFixed(2)} km`, name: w.report.distance },
    { value: report.cadenceSpm === null ? none : report.cadenceSpm.toFixed(0), name: w.report.cadence },
    { value: report.speedMps === null ? none : `${report.speedMps.toFixed(2)} m/s`, name: w.report.speed },
  ]);
  page.heading(`${w.report.quality}: ${w.report.grade} ${report.quality.grade}`);
  const ran =
    report.running === null || report.running.duration_s < SHORTEST_SPAN_S
      ? []
      : [`${w.report.run}: ${(report.running.duration_s / 60).toFixed(1)} ${w.report.minutes}`];
  const rests =
    report.distanceShare === null ? [] : [`${w.report.distanceOf}: ${(100 * report.distanceShare).toFixed(0)} %`];
  const facts = `${w.report.validStrides}: ${(100 * report.quality.validShare).toFixed(0)} % · ${w.report.gaps}: ${report.quality.gaps} (${(100 * report.quality.gapShare).toFixed(1)} %) · ${w.report.lost}: ${report.quality.lostSamples}`;
  const reasons = report.quality.reasons.map((code) => ({ text: `· ${w.quality[code]}`, size: 9 }));
  page.box([...[facts, ...rests, ...ran].map((text) => ({ text, size: 9 })), ...reasons], SUNK, INK);

  page.heading(w.report.findings);
  if (report.findings.length === 0) page.text(w.report.noFindings);
  for (const finding of report.findings) {
    const causes = finding.mayGoWith.map((id) => w.cause[id].name).join(', ');
    const fits = finding.exercises.map((id) => w.exercise[id].name).join(', ');
    page.box(
      [
        { text: `${w.finding(finding)}: ${w.size(finding)}`, bold: true, size: 11 },
        { text: `${w.since(finding)} · ${w.report.certainty}: ${w.certainty[finding.certainty]}` },
        ...(causes === '' ? [] : [{ text: `${w.report.mayGoWith}: ${causes}` }]),
        ...(fits === '' || !mayTry(report.safety) ? [] : [{ text: `${w.report.fits}: ${fits}` }]),
      ],
      NOTE_SOFT,
      NOTE,
    );
  }
  if (report.exercise !== null) {
    const exercise = w.exercise[report.exercise];
    page.heading(w.report.tryFirst);
    page.box(
      [
        { text: exercise.name, bold: true, size: 11 },
        { text: exercise.why },
        { text: `${w.report.dose}: ${exercise.dose}` },
        { text: exercise.evidence, size: 9 },
      ],
      BRAND_SOFT,
      BRAND,
    );
  } else if (!mayTry(report.safety))
    page.text(`${w.report.safetyClosed} ${w.safety.advice[report.safety]}`, { color: NOTE });
  page.text(w.safety.stopWalk, { size: 8.5, color: INK_SOFT });
  page.text(w.safety.noClear, { size: 8.5, color: INK_SOFT });
}

function wholeWalk(page: ReportPage, report: WalkReport, w: GuidanceWords): void {
  page.heading(w.report.timeline);
  const minutes = Math.max(1, report.durationS / 60);
  const pins = [
    ...report.tagChanges.map((c) => ({ at: c.atS / 60, text: '◇', color: INK_SOFT })),
    ...report.marks.map((m) => ({
      at: m.atS / 60,
      text: m.strength === null ? '•' : String(m.strength),
      color: PAIN,
    })),
  ];
  // Shorter ones are thinner than a hair on paper; they are counted with the data quality.
  const spans = [...report.gaps, ...(report.running?.spans ?? []).map((run) => ({ ...run, text: w.report.run }))]
    .filter((s) => s.to_s - s.from_s >= SHORTEST_SPAN_S)
    .map(({ from_s: fromS, to_s: toS, ...rest }) => ({ ...rest, from: fromS / 60, to: toS / 60 }));
  const metrics = [...new Set(report.timeline.map((s) => s.metric))];
  for (const metric of metrics) {
    const lines: ChartLine[] = report.timeline
      .filter((s) => s.metric === metric)
      .map((s) => ({ ...styleOf(s.side), label: w.side[s.side], values: s.values }));
    drawChart(page, lines, {
      title: w.metric(metric),
      unit: formatOf(metric)[1].trim(),
      from: 0,
      to: Math.max(minutes, ...lines.map((l) => l.values.length - 1)),
      xUnit: w.report.minutes,
      leastSpan: LEAST_SPAN[metric] ?? 0,
      pins,
      spans,
    });
  }
  page.text(w.report.pain, { bold: true, size: 9 });
  if (report.marks.length === 0) page.text(w.report.noPain, { size: 9 });
  for (const mark of report.marks)
    page.text(
      `${Math.round(mark.atS / 60)} ${w.report.minutes}: ${w.place(mark.place)}${mark.strength === null ? '' : ` · ${mark.strength}/10`}`,
      { size: 9, color: PAIN },
    );
  const told = (tags: WalkReport['tags']) =>
    Object.entries(tags)
      .map(([k, v]) => `${w.tag(k)}: ${w.tagValue(k, v)}`)
      .join(' · ');
  const tags = told(report.tags);
  if (tags !== '') page.text(`${w.report.tags}: ${tags}`, { size: 9, color: INK_SOFT });
  for (const change of report.tagChanges)
    page.text(`◇ ${w.report.tagsFrom} ${Math.round(change.atS / 60)}: ${told(change.tags)}`, {
      size: 9,
      color: INK_SOFT,
    });
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
/** No yes in the safety check: exercises may be named. */
const mayTry = (safety: WalkReport['safety']): safety is 'open' | 'due' => safety === 'open' || safety === 'due';

/** The five causes, each with what sensors can and can't say of it. */
function causes(page: ReportPage, report: WalkReport, w: GuidanceWords): void {
  // The first of them stays with the heading.
  page.need(180);
  page.heading(w.report.causes);
  page.text(w.report.causesText, { size: 9, color: INK_SOFT });
  for (const { id, selfTest, wholeLeg, exercises } of CAUSES) {
    const { name, canSay, cantSay } = w.cause[id];
    page.box(
      [
        { text: capital(name), bold: true },
        { text: `${w.report.canSay}: ${canSay}`, size: 9 },
        { text: `${w.report.cantSay}: ${cantSay}`, size: 9 },
        ...(wholeLeg === undefined ? [] : [{ text: w.wholeLeg(report.wholeLeg), size: 9 }]),
        ...(selfTest === null ? [] : [{ text: `${w.report.selfTest}: ${w.selfTest[selfTest]}`, size: 9 }]),
        ...(mayTry(report.safety)
          ? [{ text: `${w.report.fits}: ${exercises.map((e) => w.exercise[e].name).join(', ')}`, size: 9 }]
          : []),
      ],
      SUNK,
      INK,
    );
  }
}

function leftAndRight(page: ReportPage, report: WalkReport, w: GuidanceWords): void {
  const rows = report.rows.filter((r) => r.start !== null);
  if (rows.length === 0) return;
  page.heading(w.report.table);
  page.table(
    [
      { head: '', share: 0.3 },
      { head: '', share: 0.1 },
      { head: w.report.start, share: 0.18, right: true },
      { head: w.report.end, share: 0.18, right: true },
      { head: w.report.change, share: 0.24, right: true },
    ],
    rows.map((row) => [w.metric(row.metric), w.side[row.side], ...cellsOf(row, w)]),
  );
}

function cellsOf(row: StartEndRow, w: GuidanceWords): readonly string[] {
  const [digits, unit] = formatOf(row.metric);
  const level = (l: StartEndRow['start']): string =>
    l === null ? '–' : `${signed(l.median, digits)} ± ${l.halfWidth.toFixed(digits)}${unit}`;
  const change =
    row.change === null
      ? '–'
      : `${signed(row.change.value, digits)} ± ${row.change.halfWidth.toFixed(digits)}${unit}${row.change.clear ? ` ${w.report.clear}` : ''}`;
  return [level(row.start), level(row.end), change];
}

function curves(page: ReportPage, report: WalkReport, w: GuidanceWords): void {
  if (report.curves.length === 0) return;
  page.heading(w.report.curves);
  const kinds = ['eversion_over_stance', 'obliquity_over_cycle'] as const;
  const half = CONTENT_WIDTH / 2;
  for (const kind of kinds) {
    const sides = (['left', 'right'] as const).filter((s) =>
      report.curves.some((c) => c.kind === kind && c.side === s),
    );
    if (sides.length === 0) continue;
    page.need(130);
    for (const [i, side] of sides.entries()) {
      const lines = report.curves
        .filter((c) => c.kind === kind && c.side === side)
        .map((c) => ({
          color: styleOf(side).color,
          dash: c.window === 'first' ? [2, 2] : [],
          label: c.window === 'first' ? w.report.firstShort : w.report.lastShort,
          values: c.medianDeg,
          band: { low: c.p10Deg, high: c.p90Deg },
        }));
      drawChart(
        page,
        lines,
        {
          title: `${w.metric(kind === 'eversion_over_stance' ? 'eversion_excursion_deg' : 'pelvic_drop_deg')}, ${w.side[side]}`,
          unit: '°',
          from: 0,
          to: 100,
          xUnit: '%',
          x: MARGIN + i * half,
          width: half,
        },
        i === sides.length - 1,
      );
    }
  }
}

const styleOf = (side: 'left' | 'right'): { color: string; dash: readonly number[] } =>
  side === 'left' ? { color: LEFT, dash: [] } : { color: RIGHT, dash: [5, 2.5] };

function formatOf(metric: string): readonly [number, string] {
  const found = FORMATS.find(([pattern]) => pattern.test(metric));
  return found === undefined ? [2, ''] : [found[1], found[2]];
}
