import { valueIn } from './address.ts';

/** Where the page stands: the path and query of the address. */
const place = $state({ path: location.pathname, query: location.search });

function read(): void {
  place.path = location.pathname;
  place.query = location.search;
}

export const currentPath = (): string => place.path;
export const queryValue = (name: string): string | null => valueIn(place.query, name);

/** Goes to another place of the page without loading it anew. */
export function go(to: string, options: { replace?: boolean } = {}): void {
  if (to === location.pathname + location.search) return;
  if (options.replace === true) history.replaceState(null, '', to);
  else history.pushState(null, '', to);
  const moved = location.pathname !== place.path;
  read();
  if (moved) scrollTo(0, 0);
}

/** Follows the browser's back and forward, and every plain click on a link of this page. */
export function startRouter(): void {
  addEventListener('popstate', read);
  document.addEventListener('click', (event) => {
    if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey) return;
    const link = event.target instanceof Element ? event.target.closest('a') : null;
    if (link === null || link.target !== '' || link.hasAttribute('download') || link.origin !== location.origin) return;
    if (link.pathname.startsWith('/api/') || link.pathname === '/docs' || link.pathname === '/openapi.json') return;
    if (link.hash !== '' && link.pathname === location.pathname) return;
    event.preventDefault();
    go(link.pathname + link.search);
  });
}
