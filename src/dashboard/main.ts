import { mount } from 'svelte';
import './styles/tokens.css';
import './styles/base.css';
import App from './app.svelte';
import { startLanguage } from './i18n/language.svelte.ts';
import { applyTheme, watchSystemTheme } from './state/preferences.svelte.ts';
import { startRouter } from './state/router.svelte.ts';
import { enter } from './state/session.svelte.ts';

applyTheme();
watchSystemTheme();
startRouter();
await startLanguage();

const target = document.getElementById('app');
if (target === null) throw new Error('The page has no element #app.');
target.replaceChildren();
mount(App, { target });
await enter();

if ('serviceWorker' in navigator && import.meta.env.PROD) {
  // Refused on plain http in the home network: the page then works without being installable.
  navigator.serviceWorker.register('/sw.js').catch(() => undefined);
}
