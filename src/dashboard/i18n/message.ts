/** What a message's places are filled with. */
export type MessageValues = Readonly<Record<string, string | number>>;

const matching = (text: string, open: number): number => {
  let depth = 0;
  for (let i = open; i < text.length; i++) {
    if (text[i] === '{') depth++;
    else if (text[i] === '}' && --depth === 0) return i;
  }
  return text.length;
};

/** The branches of `one {..} other {..}`. */
function branches(text: string): Record<string, string> {
  const out: Record<string, string> = {};
  let at = 0;
  for (;;) {
    const open = text.indexOf('{', at);
    if (open < 0) return out;
    const close = matching(text, open);
    out[text.slice(at, open).trim()] = text.slice(open + 1, close);
    at = close + 1;
  }
}

/**
 * Fills an ICU message: `{name}`, `{n, plural, one {# step} other {# steps}}`, `{side, select, left {..} other {..}}`.
 * Numbers are written in the language's way. An unknown place stays visible as `{name}`: a test looks for those.
 */
export function formatMessage(message: string, values: MessageValues, language: string): string {
  let out = '';
  let at = 0;
  for (;;) {
    const open = message.indexOf('{', at);
    if (open < 0) return out + message.slice(at);
    const close = matching(message, open);
    out += message.slice(at, open) + fill(message.slice(open + 1, close), values, language);
    at = close + 1;
  }
}

function fill(place: string, values: MessageValues, language: string): string {
  const [name = '', kind, ...rest] = place.split(',');
  const value = values[name.trim()];
  if (value === undefined) return `{${name.trim()}}`;
  const written = typeof value === 'number' ? new Intl.NumberFormat(language).format(value) : value;
  if (kind === undefined) return written;
  const choices = branches(rest.join(','));
  const key = kind.trim() === 'plural' ? new Intl.PluralRules(language).select(Number(value)) : String(value);
  const chosen = choices[`=${String(value)}`] ?? choices[key] ?? choices['other'] ?? '';
  return formatMessage(kind.trim() === 'plural' ? chosen.replaceAll('#', written) : chosen, values, language);
}
