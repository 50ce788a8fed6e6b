import type { WalkFinding } from '../walk-findings.ts';
import { aboutMinutes, signed, sizeNumbers, tagText, type GuidanceWords } from './catalogue.ts';

const METRICS: Record<string, string> = {
  stride_time_s: 'Stride time',
  stance_time_s: 'Stance time',
  swing_time_s: 'Swing time',
  stance_pct: 'Stance share',
  heel_off_pct_stance: 'Heel-off',
  stride_length_m: 'Stride length',
  walking_speed_mps: 'Walking speed',
  foot_clearance_m: 'Highest lift',
  foot_progression_deg: 'Toe-out',
  pitch_ic_deg: 'Foot pitch at contact',
  pitch_fc_deg: 'Foot pitch at toe-off',
  eversion_at_ic_deg: 'Roll-in at contact',
  eversion_peak_deg: 'Highest roll-in',
  eversion_excursion_deg: 'Roll-in',
  eversion_peak_velocity_dps: 'Roll-in speed',
  eversion_peak_at_pct_stance: 'Time of highest roll-in',
  pelvic_drop_deg: 'Pelvic drop',
  pelvic_drop_excursion_deg: 'Pelvic dip',
  pelvic_obliquity_range_deg: 'Pelvic obliquity range',
  pelvic_tilt_mean_deg: 'Pelvic tilt',
  pelvic_rotation_range_deg: 'Pelvic rotation range',
  impact_attenuation_pct: 'Shock the whole leg keeps',
  stance_difference_ms: 'Stance time, left less right',
  ln_stride_time_sd: 'Spread of stride times',
};

const TAGS: Record<string, string> = {
  shoes: 'shoes',
  insoles: 'insoles',
  luggage_kg: 'luggage (kg)',
  ground: 'ground',
  notes: 'notes',
  route: 'route',
  cold: 'cold',
};

const TAG_VALUES: Record<string, string> = {
  'insoles in': 'in',
  'insoles out': 'out',
  'luggage_kg 0': 'none',
  'ground pavement': 'pavement',
  'ground gravel': 'gravel',
  'ground forest': 'forest path',
  'ground track': 'track',
  'ground indoors': 'indoors',
  'ground mixed': 'mixed',
  'cold true': 'yes',
  'cold false': 'no',
};

const PLACES: Record<string, string> = {
  back_left: 'back, left',
  back_right: 'back, right',
  buttock_left: 'buttock, left',
  buttock_right: 'buttock, right',
  hip: 'hip',
  other: 'other place',
};

const times = (ratio: number): string => `${ratio.toFixed(1)} times`;

function what(f: WalkFinding): string {
  const on = f.side === null ? '' : ` on ${f.side} steps`;
  const more = f.direction === 'more';
  switch (f.metric) {
    case 'eversion_excursion_deg':
      return `Your shoes roll in ${more ? 'more' : 'less'} than at your start`;
    case 'pelvic_drop_excursion_deg':
      return `Your pelvis dips ${more ? 'more' : 'less'}${on} than at your start`;
    case 'stance_difference_ms':
      return `You stand ${more ? 'longer on your left foot and shorter on your right' : 'longer on your right foot and shorter on your left'} than at your start`;
    case 'ln_stride_time_sd':
      return `Your stride times vary ${more ? 'more' : 'less'} than at your start`;
    case 'stride_length_m':
      return `Your strides are ${more ? 'longer' : 'shorter'} than at your start, at the same pace`;
    case 'heel_off_pct_stance':
      return `Your heels leave the ground ${more ? 'later' : 'earlier'} than at your start, at the same pace`;
    case 'pitch_fc_deg':
      return `Your feet push off ${more ? 'less' : 'more'} steeply than at your start, at the same pace`;
    case 'pelvic_tilt_mean_deg':
      return `Your pelvis tilts forward ${more ? 'more' : 'less'} than at your start`;
    default:
      return `${METRICS[f.metric] ?? f.metric}: ${more ? 'more' : 'less'} than at your start`;
  }
}

export const en: GuidanceWords = {
  language: 'en',
  metric: (name) => METRICS[name] ?? name,
  side: { left: 'left', right: 'right' },
  certainty: { low: 'low', medium: 'medium', high: 'high' },
  cause: {
    foot_function: {
      name: 'how the feet work',
      canSay: 'The shoe sensors measure how far each shoe rolls in, and whether that grows during a walk.',
      cantSay: 'The sensors see the shoe on the ground, not the ankle or the arch inside it.',
    },
    weak_gluteals: {
      name: 'buttock muscles that tire',
      canSay: 'A pelvis sensor measures how far the pelvis dips on each step, and whether that grows.',
      cantSay:
        'Dipping is a weak hint: muscles can be weak without it, and it can come without weak muscles. A single-leg stand of 30 s says more.',
    },
    stiff_gluteals: {
      name: 'stiff buttock muscles',
      canSay: 'A self-test on a chair can hint at it.',
      cantSay: 'No movement of the feet or the pelvis in walking is specific for it; the sensors say nothing here.',
    },
    tight_hip_front: {
      name: 'a tight front of hip and thigh',
      canSay:
        'Shorter strides at the same pace, an earlier lift of the heel and a pelvis that tilts forward can go with it.',
      cantSay: 'Each of these has other reasons too; certainty is never above low.',
    },
    si_joint: {
      name: 'the joints between sacrum and pelvis',
      canSay: 'Nothing of the joints themselves; at most how much of a landing the whole leg keeps from the pelvis.',
      cantSay: 'These joints move by 1 to 2 degrees inside the body; no sensor on the outside can see that.',
    },
  },
  wholeLeg: ({ left, right }) => {
    const limits =
      'Shoe, ankle, knee, hip, muscles and the mounting do this together; it says nothing of a joint by itself.';
    const of = (side: string, value: number | null) =>
      value === null ? [] : [`${value.toFixed(0)} % on ${side} steps`];
    const said = [...of('left', left), ...of('right', right)];
    return said.length === 0
      ? 'How much of the landing shock the whole leg keeps from the pelvis could not be told: it needs shoe and pelvis sensors that are fast enough and stay within their range.'
      : `Of the shock of each landing at the shoe, the whole leg kept ${said.join(' and ')} from the pelvis. ${limits}`;
  },
  selfTest: {
    single_leg_stance:
      'Stand on one leg for 30 s before a mirror, then on the other. Note whether the other hip sinks or your trunk leans, and on which side.',
    figure_four_sit:
      'Sit on a chair, put one ankle on the other knee and let the knee sink. Compare both sides: how low, how tight in the buttock.',
    thomas_lying:
      'Lie on the edge of a bed, hold one knee to your chest and let the other leg hang. Compare how far each thigh sinks.',
  },
  exercise: {
    si_release: {
      name: 'Loosen the lower back, lying',
      why: 'Easiest of the five and takes two minutes. Nothing to buy.',
      steps: [
        'Lie on your back, arms out, elbows bent upwards.',
        'Bend the right leg and let it rest to the side; the left foot may hold it down.',
        'Bend your upper body slowly to the left, then to the right, 20 to 30 times.',
        'The same with the left leg.',
      ],
      dose: '20 to 30 times a side, once a day, 3 to 7 days a week',
      evidence: 'No independent study of this exercise was found. It is gentle, and easy to try.',
    },
    gluteal_ball: {
      name: 'Ball under the buttock',
      why: 'Loosens the buttock muscles for some hours.',
      steps: [
        'Lie down and put a rubber ball of about 5 cm (or a tightly rolled towel) under one buttock.',
        'Let your weight rest on it for 90 seconds. It may press, it must not hurt sharply.',
        'The same on the other side. Next time move the ball to another firm spot.',
      ],
      dose: '90 s a side, once or twice a day',
      evidence: 'Studies found short-term gains in how far joints move; effects over weeks are unclear.',
    },
    hip_front_stretch: {
      name: 'Stretch the front of hip and thigh',
      why: 'For people whose hips do not open far behind them.',
      steps: [
        'Kneel with one foot far in front, its knee bent about 90°.',
        'Sink straight down with your trunk upright until you feel the front of the rear hip.',
        'Then lean the trunk forward; if you can, bend the rear knee. A stool may hold the rear foot.',
        'Hold 90 seconds, then the other side.',
      ],
      dose: '90 s a side, once or twice a day',
      evidence: 'A trial of ten weeks found longer strides only in people who were tight to begin with.',
    },
    band_deadlift: {
      name: 'Deadlift with a band',
      why: 'Strengthens the buttocks. Builds up over weeks, so give it at least eight.',
      steps: [
        'Stand on an elastic band with both feet, hold its ends, shoulder blades together, belly firm.',
        'Rise in 3 seconds, from the hips first; keep the back straight and the knees from falling inwards.',
        'Stay up for 2 seconds, go down in 3 seconds, bending at the hips.',
        'At most 10 times, rest, three sets.',
      ],
      dose: '3 sets of 10, every second or third day',
      evidence: 'Hip strengthening added to other exercise lowered back pain a little (about 5 of 100).',
    },
    insole: {
      name: 'Insoles',
      why: 'The dearest of the five and the hardest to judge, so last: try with and without, by lot.',
      steps: [
        'Use a firm insole made for walking that supports the arch, in shoes with room for it.',
        'Wear it on two short walks to get used to it.',
        'Then walk with and without it in turn, as the plan draws it.',
      ],
      dose: 'on every long walk of the "with" kind',
      evidence: 'Trials of insoles against back pain are mixed; a large benefit is unlikely.',
    },
  },
  caution: {
    fresh_injury: 'a fresh injury or operation of back, hip or knee',
    dizzy: 'dizziness when you bend down',
    pregnancy: 'pregnancy',
    numb_feet: 'numb feet or diabetes with foot trouble',
    hip_replacement: 'an artificial hip',
  },
  safety: {
    intro: 'Nine questions that no sensor can answer. Any yes closes exercises and trials; recording walks stays open.',
    question: {
      numb_seat_bladder_bowel: 'Is your seat or your genital area numb, or is there new trouble with bladder or bowel?',
      both_legs_weak_numb: 'Are both legs weak or numb?',
      accident_or_chest_pain: 'Did the pain come after a serious accident, or is there pain in the chest?',
      fever_weight_cancer_night:
        'Fever, weight loss you can not explain, cancer in the past, or pain at night that does not ease?',
      weakness_growing: 'Is a leg getting weaker from week to week?',
      steroids_bones_immune: 'New pain, with steroids, brittle bones or a weak immune system?',
      age_pregnancy_six_weeks:
        'Is the pain new and you are under 20 or over 50, are you pregnant, or is it no better after 6 weeks?',
      legs_ease_on_sitting:
        'Do legs or buttocks hurt, tingle or grow heavy on walking, and does it ease on sitting or leaning forward?',
      cramp_eases_standing: 'Do calves or buttocks cramp on walking, and does it ease on just standing still?',
    },
    advice: {
      emergency: 'Please call the emergency number now (112, 119, 911 or 999). Do not wait for a walk or a number.',
      doctor_soon: 'Please see a doctor within days. Exercises and trials stay closed until then.',
      talk_first: 'Please talk to a doctor before you go on. Exercises and trials stay closed until then.',
    },
    due: {
      first_use: 'Before exercises: nine short questions.',
      incomplete: 'Some questions have no answer yet.',
      strong_pain: 'You marked pain of 7 or more: please answer the questions again.',
      new_kind_of_pain: 'You marked pain in a new place: please answer the questions again.',
      thirty_days: 'It is 30 days since you answered: please answer again.',
    },
    noClear: 'No measurement of this product can answer the safety questions for you or take a yes back.',
    stopWalk:
      'Stop walking and get help at once if your chest hurts, you feel faint, a pain is sudden and severe, or a leg becomes weak.',
  },
  verdict: {
    too_early: 'Too early to say',
    helps: 'Helps',
    probably_helps: 'Probably helps',
    probably_hurts: 'Probably hurts',
    no_effect_worth_noticing: 'No clear change; any effect is probably too small to notice',
    no_clear_change: 'No clear change',
  },
  trialStop: {
    strong_pain: 'Stopped for safety: pain of 7 or more. Please answer the safety questions again.',
    worse_than_usual:
      'Stopped for safety: two walks with the exercise hurt clearly more than usual. Please leave this exercise.',
    red_flag: 'Stopped for safety: a safety answer asks for a doctor first.',
  },
  trialKnown: 'This is with you knowing what you used; expecting relief is part of what was measured.',
  trialMany:
    'The more things are tried, the more likely one seems to help by chance: of four useless ones tried in turn, about one time in seven.',
  unchecked: (tags) => `Not checked, as not tagged in both walks: ${tags.map((tag) => TAGS[tag] ?? tag).join(', ')}`,
  secondary: ({ firstPainRatio: first, morningPain, drift }) => [
    ...(first === null
      ? []
      : [
          `First pain came after ${times(first.ratio)} the time with it (${first.pairs} pairs; walks without pain count in full: ${first.atLeast[0]} without, ${first.atLeast[1]} with it).`,
        ]),
    ...(morningPain === null
      ? []
      : [
          `Pain the next morning: ${signed(morningPain.difference, 1)} with it against without (${morningPain.pairs} pairs).`,
        ]),
    `A change in walking was found in ${drift.found[0]} of ${drift.walks[0]} walks without and ${drift.found[1]} of ${drift.walks[1]} with it.`,
  ],
  trialTime: 'Your pain before and after the start is compared; this cannot separate the exercise from time.',
  finding: (f) => (f.sudden ? `A sudden change: ${what(f).replace(/^Your/, 'your').replace(/^You/, 'you')}` : what(f)),
  since: (f) =>
    f.sinceMin === null
      ? 'comparing your first ten minutes with your last'
      : f.sudden
        ? `at about minute ${f.sinceMin[0]}. A shoe, a strap, the ground or a load can do this`
        : `since about minute ${aboutMinutes(f.sinceMin, ' to ')}`,
  size: (f) => `about ${sizeNumbers(f, ' to ')}`,
  result: {
    changed: (findings) =>
      `${what(findings[0]!)}${['.', '. One more thing changed.'][findings.length - 1] ?? '. Two more things changed.'}`,
    no_clear_change: 'Nothing clear changed in this walk.',
    too_short: (minutes) =>
      `${minutes === 0 ? 'Less than a minute' : minutes === 1 ? 'One minute' : `${minutes} minutes`} recorded. Steps and pace are below; change over time needs 30.`,
    mostly_run: 'Most of this was a run. The method holds for walking: no change is told.',
    not_walking: 'No walking was found in this recording.',
  },
  quality: {
    few_valid_strides: 'Many strides could not be read well (turns, standing, a loose sensor).',
    lengths_missing: 'Many stride lengths are missing: the foot was hardly ever still, or samples were lost.',
    many_gaps: 'The radio lost more than 2 % of the time.',
    sides_in_doubt: 'Left and right may be swapped. Values by side are not trusted until you say which is which.',
    sensor_limits: 'A sensor of this walk has limits (slow rate, or no clock of its own).',
    one_foot_only: 'Only one shoe sensor was worn: nothing is compared between the sides.',
    no_pelvis_sensor: 'No pelvis sensor was worn: nothing is said about the pelvis.',
  },
  place: (code) => (code === '' ? 'place not said' : (PLACES[code] ?? code)),
  tag: (key) => TAGS[key] ?? key,
  tagValue: (key, value) => tagText(TAG_VALUES, key, value),
  report: {
    quality: 'How good the data is',
    grade: 'Grade',
    facts: 'The walk',
    findings: 'What changed',
    noFindings: 'Nothing clear changed. That is a full result: your walking stayed as it was at your start.',
    mayGoWith: 'May go with',
    fits: 'Exercises that fit',
    dose: 'How much',
    causes: 'Five things that can go with such pain',
    causesText:
      'What the sensors can and can not say of each. None of them is found out by a sensor; a pattern only makes one worth a try.',
    canSay: 'Can say',
    cantSay: 'Can not say',
    selfTest: 'Try yourself',
    tagsFrom: 'from minute',
    tryFirst: 'One thing to try',
    timeline: 'The whole walk',
    pain: 'Pain marks',
    noPain: 'No pain was marked.',
    gaps: 'Gaps',
    tags: 'Circumstances',
    table: 'Left and right, start and end',
    start: 'start',
    end: 'end',
    change: 'change',
    curves: 'Roll-in over stance and pelvis over the cycle',
    first: 'first minutes',
    last: 'last minutes',
    firstShort: 'first 10 min',
    lastShort: 'last 10 min',
    minutes: 'min',
    methods: 'How it was measured',
    methodsText:
      'Motion sensors on the shoes (and belt) are read without gaps being filled in. Steps come from the gyroscope, lengths from strapdown between still moments, roll-in from the direction of gravity seen by the shoe. Change is judged against your own start with a method that knows slow wander, road slope, speed and slips; on simulated walks it is wrong in about 2 of 100 unchanged two-hour walks.',
    limits: 'What it can not say',
    limitsText:
      'Roll-in is the shoe against the ground, not the ankle. Absolute angles are uncertain by several degrees; changes within a walk are not compared with other people. Left and right roll-in also follow the slope of the road. The methods were tested on simulated walks and on short real recordings, not on two-hour walks of patients.',
    notMedical: 'Not a medical device. It describes how walking changes; it does not say why.',
    steps: 'Steps',
    distance: 'Distance walked',
    distanceOf: 'Distance: strides whose length was measured',
    run: 'run, not judged',
    cadence: 'Steps a minute',
    speed: 'Speed',
    duration: 'Duration',
    certainty: 'Certainty',
    strides: 'strides',
    clear: 'clear',
    validStrides: 'Strides read well',
    lost: 'Samples lost',
    safetyClosed: 'Exercises are closed by your safety answers.',
    made: 'Made by Gaitkeeper',
  },
};
