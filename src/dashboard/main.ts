import { mount } from 'svelte';
import './styles/tokens.css';
import './styles/base.css';
import App from './app.svelte';
import { startLanguage } from './i18n/language.svelte.ts';
import { applyTheme, watchSystemTheme } from './state/preferences.svelte.ts';
import { currentPath, startRouter } from './state/router.svelte.ts';
import { loadAhead } from './state/routes.ts';
import { enter } from './state/session.svelte.ts';

/** Longest wait for the first picture of a page that may be hidden [ms]. */
const FIRST_PAINT_MS = 100;

/** Resolves when the browser has shown what the document holds by itself; a hidden page shows nothing. */
const shown = (): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, FIRST_PAINT_MS);
    requestAnimationFrame(() => setTimeout(resolve));
  });

applyTheme();
watchSystemTheme();
startRouter();
// The page's own script and the question who is signed in go out together; neither waits for the other.
loadAhead(currentPath());
const entered = enter();
await Promise.all([startLanguage(), shown()]);

const target = document.getElementById('app');
if (target === null) throw new Error('The page has no element #app.');
target.replaceChildren();
mount(App, { target });
await entered;

if ('serviceWorker' in navigator && import.meta.env.PROD) {
  // Refused on plain http in the home network: the page then works without being installable.
  navigator.serviceWorker.register('/sw.js').catch(() => undefined);
}
