/** A value in a query (`?a=1`) or in a fragment's pairs (`#code=abc`); null where there is none. */
export const valueIn = (pairs: string, name: string): string | null =>
  new URLSearchParams(pairs.replace(/^[?#]/, '')).get(name);
