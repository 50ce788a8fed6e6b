import type { Component } from 'svelte';

/** A page: how it is loaded, and what of the address it is given. */
export interface Route {
  readonly name: 'pair' | 'live' | 'walks' | 'report' | 'compare' | 'plan' | 'settings' | 'missing';
  /** Part of the address after the page's own: a walk's id, a section. */
  readonly part: string;
}

/** The page of an address. */
export function routeOf(path: string): Route {
  const [first = '', second = ''] = path.split('/').filter(Boolean).map(decodeURIComponent);
  if (first === '' || (first === 'walk' && second === '')) return { name: 'pair', part: '' };
  if (first === 'walk' && second === 'live') return { name: 'live', part: '' };
  if (first === 'walks')
    return second === '' || second === 'trends' || second === 'diary'
      ? { name: 'walks', part: second }
      : { name: 'report', part: second };
  if (first === 'compare') return { name: 'compare', part: second };
  if (first === 'plan') return { name: 'plan', part: second };
  if (first === 'settings') return { name: 'settings', part: second };
  return { name: 'missing', part: path };
}

type Loader<P extends Record<string, unknown>> = () => Promise<{ default: Component<P> }>;

/** Pages that stand by themselves. Each page is its own piece of script, loaded when it is first visited. */
export const PLAIN_PAGES: Record<'pair' | 'live', Loader<Record<string, never>>> = {
  pair: () => import('../pages/pair/pair-page.svelte'),
  live: () => import('../pages/live/live-page.svelte'),
};

/** Pages that take a part of the address. */
export const PART_PAGES: Record<'walks' | 'report' | 'compare' | 'plan' | 'settings', Loader<{ part: string }>> = {
  walks: () => import('../pages/walks/walks-page.svelte'),
  report: () => import('../pages/report/report-page.svelte'),
  compare: () => import('../pages/compare/compare-page.svelte'),
  plan: () => import('../pages/plan/plan-page.svelte'),
  settings: () => import('../pages/settings/settings-page.svelte'),
};

/** Begins to load the script of an address before it is shown. */
export function loadAhead(path: string): void {
  const { name } = routeOf(path);
  if (name === 'missing') return;
  const loaded = name === 'pair' || name === 'live' ? PLAIN_PAGES[name]() : PART_PAGES[name]();
  // Whoever shows the page asks again, and says what went wrong.
  loaded.catch(() => undefined);
}
