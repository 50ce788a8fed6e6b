import type { WalkFinding } from '../walk-findings.ts';
import { aboutMinutes, signed, sizeNumbers, tagText, type GuidanceWords } from './catalogue.ts';

const METRICS: Record<string, string> = {
  stride_time_s: 'ストライド時間',
  stance_time_s: '立脚時間',
  swing_time_s: '遊脚時間',
  stance_pct: '立脚の割合',
  heel_off_pct_stance: 'かかとが離れる時期',
  stride_length_m: 'ストライド長',
  walking_speed_mps: '歩行速度',
  foot_clearance_m: '足の最大の高さ',
  foot_progression_deg: 'つま先の向き',
  pitch_ic_deg: '接地時の足の角度',
  pitch_fc_deg: '離地時の足の角度',
  eversion_at_ic_deg: '接地時の内倒れ',
  eversion_peak_deg: '内倒れの最大',
  eversion_excursion_deg: '内倒れ',
  eversion_peak_velocity_dps: '内倒れの速さ',
  eversion_peak_at_pct_stance: '内倒れ最大の時期',
  pelvic_drop_deg: '骨盤の下がり',
  pelvic_drop_excursion_deg: '骨盤の沈み',
  pelvic_obliquity_range_deg: '骨盤の左右傾きの幅',
  pelvic_tilt_mean_deg: '骨盤の前傾',
  pelvic_rotation_range_deg: '骨盤の回旋の幅',
  impact_attenuation_pct: '脚全体が伝えない衝撃',
  stance_difference_ms: '立脚時間の左右差（左−右）',
  ln_stride_time_sd: 'ストライド時間のばらつき',
};

const TAGS: Record<string, string> = {
  shoes: '靴',
  insoles: 'インソール',
  luggage_kg: '荷物 (kg)',
  ground: '路面',
  notes: 'メモ',
  route: '道',
  cold: '寒さ',
};

const TAG_VALUES: Record<string, string> = {
  'insoles in': 'あり',
  'insoles out': 'なし',
  'luggage_kg 0': 'なし',
  'ground pavement': '舗装路',
  'ground gravel': '砂利道',
  'ground forest': '森の道',
  'ground track': 'トラック',
  'ground indoors': '屋内',
  'ground mixed': 'いろいろ',
  'cold true': 'あり',
  'cold false': 'なし',
};

const PLACES: Record<string, string> = {
  back_left: '腰・左',
  back_right: '腰・右',
  buttock_left: 'お尻・左',
  buttock_right: 'お尻・右',
  hip: '股関節',
  other: 'その他',
};

const SIDES = { left: '左', right: '右' } as const;

function what(f: WalkFinding): string {
  const more = f.direction === 'more';
  switch (f.metric) {
    case 'eversion_excursion_deg':
      return `靴の内倒れが歩き始めより${more ? '大きく' : '小さく'}なっています`;
    case 'pelvic_drop_excursion_deg':
      return `${f.side === null ? '' : `${SIDES[f.side]}足で立つときの`}骨盤の沈みが歩き始めより${more ? '大きく' : '小さく'}なっています`;
    case 'stance_difference_ms':
      return more
        ? '歩き始めより左足で立つ時間が長く、右足で立つ時間が短くなっています'
        : '歩き始めより右足で立つ時間が長く、左足で立つ時間が短くなっています';
    case 'ln_stride_time_sd':
      return `歩くリズムのばらつきが歩き始めより${more ? '大きく' : '小さく'}なっています`;
    case 'stride_length_m':
      return `同じリズムのまま、歩幅が歩き始めより${more ? '広く' : '狭く'}なっています`;
    case 'heel_off_pct_stance':
      return `同じリズムのまま、かかとが離れるのが歩き始めより${more ? '遅く' : '早く'}なっています`;
    case 'pitch_fc_deg':
      return `同じリズムのまま、けり出しの角度が歩き始めより${more ? '浅く' : '深く'}なっています`;
    case 'pelvic_tilt_mean_deg':
      return `骨盤が歩き始めより${more ? '前に傾いて' : '後ろに起きて'}います`;
    default:
      return `${METRICS[f.metric] ?? f.metric}が歩き始めより${more ? '大きく' : '小さく'}なっています`;
  }
}

export const ja: GuidanceWords = {
  language: 'ja',
  metric: (name) => METRICS[name] ?? name,
  side: { left: '左', right: '右' },
  certainty: { low: '低', medium: '中', high: '高' },
  cause: {
    foot_function: {
      name: '足の働き',
      canSay: '靴のセンサーで、靴がどれだけ内側に倒れるか、歩くうちに大きくなるかを測れます。',
      cantSay: '測るのは地面に対する靴の動きで、中の足首や土踏まずは見えません。',
    },
    weak_gluteals: {
      name: 'お尻の筋肉の疲れ',
      canSay: '骨盤のセンサーで、一歩ごとの骨盤の沈みと、その変化を測れます。',
      cantSay:
        '沈みは弱い手がかりです。筋力が弱くても出ないことも、弱くないのに出ることもあります。30秒の片足立ちの方が参考になります。',
    },
    stiff_gluteals: {
      name: 'お尻の筋肉のこわばり',
      canSay: 'いすに座ってできる自己テストが参考になります。',
      cantSay: '歩行中の足や骨盤の動きに、これだけを示すものはありません。センサーからは何も言えません。',
    },
    tight_hip_front: {
      name: '股関節とももの前側の硬さ',
      canSay: '同じリズムで歩幅が狭くなる、かかとが早く上がる、骨盤が前に傾く、といった変化を伴うことがあります。',
      cantSay: 'どれも別の理由でも起こります。確かさは「低」を超えません。',
    },
    si_joint: {
      name: '仙腸関節',
      canSay: '関節そのものについて言えることはありません。着地の衝撃を脚全体がどれだけ骨盤に伝えないか、までです。',
      cantSay: '体の中で1〜2度しか動かない関節で、外側のセンサーには見えません。',
    },
  },
  wholeLeg: ({ left, right }) => {
    const of = (side: string, value: number | null) =>
      value === null ? [] : [`${side}足の着地で${value.toFixed(0)}％`];
    const said = [...of('左', left), ...of('右', right)];
    return said.length === 0
      ? '着地の衝撃を脚全体がどれだけ骨盤に伝えないかは分かりませんでした。十分に速く、測定範囲に収まる靴と骨盤のセンサーが必要です。'
      : `靴が受けた着地の衝撃のうち、${said.join('、')}を脚全体が骨盤に伝えませんでした。靴・足首・ひざ・股関節・筋肉・取り付け方が合わさった値で、一つの関節のことは示しません。`;
  },
  selfTest: {
    single_leg_stance:
      '鏡の前で片足で30秒立ち、反対も行います。反対側の腰が下がるか、上体が傾くか、どちら側かを見ます。',
    figure_four_sit: 'いすに座り、片方の足首を反対のひざにのせ、ひざを下ろします。左右で高さと張りを比べます。',
    thomas_lying:
      'ベッドの端にあおむけになり、片ひざを胸に抱え、反対の脚を下ろします。左右の太ももの下がり方を比べます。',
  },
  exercise: {
    si_release: {
      name: '寝たまま腰をゆるめる',
      why: '五つの中で最も簡単で、2分ほどです。道具はいりません。',
      steps: [
        'あおむけに寝て、腕を開き、ひじを曲げて上に向けます。',
        '右脚を曲げて横に倒します。左足で軽く押さえてもかまいません。',
        '上体をゆっくり左へ、次に右へ、20〜30回曲げます。',
        '左脚でも同じように行います。',
      ],
      dose: '左右20〜30回ずつ、1日1回、週3〜7日',
      evidence: 'この体操そのものの独立した研究は見つかりませんでした。負担が軽く、試しやすいものです。',
    },
    gluteal_ball: {
      name: 'お尻の下にボール',
      why: 'お尻の筋肉を数時間ゆるめます。',
      steps: [
        '横になり、直径5cmほどのゴムボール（固く巻いたタオルでも可）をお尻の下に置きます。',
        '体重を預けて90秒。圧迫感はあっても、鋭い痛みがあればやめます。',
        '反対側も同じように。次回は硬いと感じる別の場所へ。',
      ],
      dose: '左右90秒ずつ、1日1〜2回',
      evidence: '関節の動く範囲が短時間広がるという研究があります。数週間の効果ははっきりしません。',
    },
    hip_front_stretch: {
      name: '股関節とももの前側を伸ばす',
      why: '脚が後ろへ開きにくい人に。',
      steps: [
        '片足を大きく前に出してひざ立ちになり、前のひざを約90°に曲げます。',
        '上体を起こしたまま真下に沈み、後ろ脚の付け根の前側が伸びるのを感じます。',
        '上体を前に倒します。できれば後ろのひざを曲げます。台に足をのせてもかまいません。',
        '90秒保ち、反対側も行います。',
      ],
      dose: '左右90秒ずつ、1日1〜2回',
      evidence: '10週間の試験では、もともと硬い人だけ歩幅が広がりました。',
    },
    band_deadlift: {
      name: 'ゴムバンドのデッドリフト',
      why: 'お尻を強くします。数週間かけて効くので、少なくとも8週間続けます。',
      steps: [
        'ゴムバンドを両足で踏み、両端を持ち、肩甲骨を寄せ、お腹に力を入れます。',
        '3秒かけて股関節から立ち上がります。背中はまっすぐ、ひざは内側に入れません。',
        '立った姿勢で2秒、3秒かけて股関節から曲げて戻ります。',
        '多くて10回。休みながら3セット。',
      ],
      dose: '10回を3セット、2〜3日に1回',
      evidence: '股関節の筋トレを加えると腰の痛みが少し減りました（100点中5点ほど）。',
    },
    insole: {
      name: 'インソール',
      why: '五つの中で最も費用がかかり、見極めも難しいので最後に。あり・なしをくじで比べます。',
      steps: [
        '土踏まずを支える、歩行用のしっかりしたインソールを、余裕のある靴で使います。',
        '短い散歩2回で慣らします。',
        'その後、計画のくじに従って、あり・なしで歩きます。',
      ],
      dose: '「あり」の長い散歩のたびに',
      evidence: '腰の痛みに対する試験の結果はまちまちで、大きな効果は期待しにくいです。',
    },
  },
  caution: {
    fresh_injury: '腰・股関節・ひざの最近のけがや手術',
    dizzy: 'かがんだときのめまい',
    pregnancy: '妊娠中',
    numb_feet: '足のしびれ、または足に問題のある糖尿病',
    hip_replacement: '人工股関節',
  },
  safety: {
    intro: 'センサーでは答えられない九つの質問です。一つでも「はい」なら体操と試しは閉じます。記録は続けられます。',
    question: {
      numb_seat_bladder_bowel: 'お尻や陰部がしびれる、または排尿・排便に新しい問題がありますか。',
      both_legs_weak_numb: '両脚に力が入らない、またはしびれがありますか。',
      accident_or_chest_pain: '大きな事故のあとの痛みですか。または胸の痛みがありますか。',
      fever_weight_cancer_night: '発熱、説明のつかない体重減少、がんにかかったこと、夜も治まらない痛みがありますか。',
      weakness_growing: '脚の力が週ごとに弱くなっていますか。',
      steroids_bones_immune: 'ステロイドの使用、骨がもろい、免疫が弱い、のいずれかがあり、新しい痛みがありますか。',
      age_pregnancy_six_weeks:
        '20歳未満または50歳を超えて新しい痛みがある、妊娠中、または6週間たっても良くなりませんか。',
      legs_ease_on_sitting: '歩くと脚やお尻が痛む・しびれる・重くなり、座るか前かがみになると楽になりますか。',
      cramp_eases_standing: '歩くとふくらはぎやお尻がつり、立ち止まるだけで楽になりますか。',
    },
    advice: {
      emergency: '今すぐ救急（日本では119）に電話してください。歩行や数値を待たないでください。',
      doctor_soon: '数日のうちに医師の診察を受けてください。それまで体操と試しは閉じます。',
      talk_first: '続ける前に医師に相談してください。それまで体操と試しは閉じます。',
    },
    due: {
      first_use: '体操の前に、九つの短い質問があります。',
      incomplete: 'まだ答えていない質問があります。',
      strong_pain: '7以上の痛みが記録されました。もう一度お答えください。',
      new_kind_of_pain: '新しい場所の痛みが記録されました。もう一度お答えください。',
      thirty_days: '前の回答から30日たちました。もう一度お答えください。',
    },
    stopWalk:
      '胸の痛み、気が遠くなる感じ、急な激しい痛み、脚の力が抜ける、のどれかがあれば、すぐに歩くのをやめて助けを求めてください。',
    noClear: 'この製品の測定が、安全の質問に代わって答えることも、「はい」を取り消すこともありません。',
  },
  verdict: {
    too_early: 'まだ言えません',
    helps: '役に立っています',
    probably_helps: 'おそらく役に立っています',
    probably_hurts: 'おそらく痛みが増えています',
    no_effect_worth_noticing: 'はっきりした変化なし（あっても気づかないほど小さいでしょう）',
    no_clear_change: 'はっきりした変化なし',
  },
  trialStop: {
    strong_pain: '安全のため中止しました：痛みが7以上でした。安全の質問にもう一度お答えください。',
    worse_than_usual:
      '安全のため中止しました：この体操をした歩行で2回、いつもよりはっきり強く痛みました。この体操はやめておきましょう。',
    red_flag: '安全のため中止しました：まず医師への相談をすすめる回答がありました。',
  },
  trialKnown: '何を使ったか知った上での結果です。楽になるという期待も含まれています。',
  trialMany:
    '試すものが増えるほど、偶然に役立って見えるものが出やすくなります。働きのないものを四つ順に試すと、約7回に1回はそうなります。',
  unchecked: (tags) => `両方の歩行に記録がなく、確かめられないもの：${tags.map((tag) => TAGS[tag] ?? tag).join('、')}`,
  secondary: ({ firstPainRatio: first, morningPain, drift }) => [
    ...(first === null
      ? []
      : [
          `最初の痛みまでの時間：ありのときは、なしの${first.ratio.toFixed(1)}倍（${first.pairs}組。痛みのない歩行は全体の時間で計算：なし${first.atLeast[0]}回、あり${first.atLeast[1]}回）。`,
        ]),
    ...(morningPain === null
      ? []
      : [`翌朝の痛み：ありとなしの差は${signed(morningPain.difference, 1)}（${morningPain.pairs}組）。`]),
    `歩き方の変化が見つかった歩行：なし${drift.walks[0]}回中${drift.found[0]}回、あり${drift.walks[1]}回中${drift.found[1]}回。`,
  ],
  trialTime: '始める前と後の痛みを比べたもので、体操の働きと時間の経過を分けることはできません。',
  finding: (f) => (f.sudden ? `急な変化：${what(f)}` : what(f)),
  since: (f) =>
    f.sinceMin === null
      ? '最初の10分と最後の10分を比べて'
      : f.sudden
        ? `${f.sinceMin[0]}分ごろから。靴、ひも、路面、荷物でも起こります`
        : `${aboutMinutes(f.sinceMin, '〜')}分ごろから`,
  size: (f) => `およそ${sizeNumbers(f, '〜')}`,
  result: {
    changed: (findings) => `${what(findings[0]!)}${findings.length > 1 ? `（ほか${findings.length - 1}件）` : ''}。`,
    no_clear_change: 'この歩行では、はっきりした変化はありませんでした。',
    too_short: (minutes) =>
      `${minutes === 0 ? '1分未満' : `${minutes}分`}の記録です。歩数とペースは下にあります。時間による変化には30分必要です。`,
    mostly_run: 'この記録の大半は走りでした。この方法は歩行のためのもので、変化は判断しません。',
    not_walking: 'この記録に歩行は見つかりませんでした。',
  },
  quality: {
    few_valid_strides: '読み取りにくい歩が多くありました（方向転換、立ち止まり、センサーのゆるみ）。',
    lengths_missing: '歩幅の値が多く欠けています（足が静止しなかった、またはデータの欠落）。',
    many_gaps: '無線の途切れが時間の2％を超えました。',
    sides_in_doubt: '左右が入れ替わっているかもしれません。確かめるまで左右別の値は信用できません。',
    sensor_limits: 'この歩行のセンサーには制約があります（低い記録速度、時計なし）。',
    one_foot_only: '靴のセンサーが片方だけなので、左右の比較はしません。',
    no_pelvis_sensor: '骨盤のセンサーがないので、骨盤については何も言いません。',
  },
  place: (code) => (code === '' ? '場所の記録なし' : (PLACES[code] ?? code)),
  tag: (key) => TAGS[key] ?? key,
  tagValue: (key, value) => tagText(TAG_VALUES, key, value),
  report: {
    quality: 'データの質',
    grade: '評価',
    facts: '歩行の概要',
    findings: '変わったこと',
    noFindings: 'はっきりした変化はありません。歩き方は歩き始めのままでした。これも立派な結果です。',
    mayGoWith: '関係するかもしれないこと',
    fits: '合う体操',
    dose: '回数と時間',
    causes: 'このような痛みに関係しうる五つのこと',
    causesText:
      'それぞれについてセンサーで言えることと言えないこと。どれもセンサーだけでは分かりません。変化は、試す順番の手がかりです。',
    canSay: '言えること',
    cantSay: '言えないこと',
    selfTest: '自分で試す',
    tagsFrom: '途中から（分）',
    tryFirst: '一つ試すなら',
    timeline: '歩行の全体',
    pain: '痛みの記録',
    noPain: '痛みの記録はありません。',
    gaps: '途切れ',
    tags: '条件',
    table: '左右と始め・終わり',
    start: '始め',
    end: '終わり',
    change: '変化',
    curves: '立脚中の内倒れと一周期の骨盤',
    first: '最初の10分',
    last: '最後の10分',
    firstShort: '始め10分',
    lastShort: '終わり10分',
    minutes: '分',
    methods: '測り方',
    methodsText:
      '靴（とベルト）の動きセンサーを、欠けたところを埋めずに読みます。歩はジャイロから、歩幅は静止から静止までの積分から、内倒れは靴から見た重力の向きから求めます。変化は本人の歩き始めと比べ、ゆっくりした揺らぎ、路面の傾き、速度、ずれを見分ける方法で判断します。模擬歩行では、変化のない2時間の歩行100回のうち約2回で誤ります。',
    limits: '言えないこと',
    limitsText:
      '内倒れは地面に対する靴の動きで、足首の動きではありません。角度そのものには数度の不確かさがあり、ほかの人とは比べません。左右の内倒れは路面の傾きにも左右されます。方法は模擬歩行と短い実記録で確かめたもので、患者の2時間歩行では確かめていません。',
    notMedical: '医療機器ではありません。歩き方の変化を記述するもので、理由を示すものではありません。',
    steps: '歩数',
    distance: '歩いた距離',
    distanceOf: '距離：歩幅を測れた歩',
    run: '走り（判断しません）',
    cadence: '1分あたりの歩数',
    speed: '速度',
    duration: '時間',
    certainty: '確かさ',
    strides: '歩',
    clear: '明らか',
    validStrides: 'よく読めた歩',
    lost: '失われたサンプル',
    safetyClosed: '安全の質問への回答により、体操は閉じています。',
    made: 'Gaitkeeper作成',
  },
};
