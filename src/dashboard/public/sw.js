// The shell without a network: pages and assets of this origin only, never anything of the API (health data stays in
// the service's own store). Navigations ask the service first; hashed assets never change, so the cache answers.
const CACHE = 'gaitkeeper-shell-v1';

self.addEventListener('install', (event) => {
  event.waitUntil(
    caches
      .open(CACHE)
      .then((cache) => cache.addAll(['/', '/manifest.webmanifest', '/icons/mark.svg', '/fonts/atkinson-next.woff2']))
      .then(() => self.skipWaiting()),
  );
});

self.addEventListener('activate', (event) => {
  event.waitUntil(
    caches
      .keys()
      .then((names) => Promise.all(names.filter((n) => n !== CACHE).map((n) => caches.delete(n))))
      .then(() => self.clients.claim()),
  );
});

async function pageFirstFromService(request) {
  const cache = await caches.open(CACHE);
  try {
    const response = await fetch(request);
    if (response.ok) await cache.put('/', response.clone());
    return response;
  } catch {
    return (await cache.match('/')) ?? Response.error();
  }
}

async function assetFromCache(request) {
  const cache = await caches.open(CACHE);
  const known = await cache.match(request);
  if (known !== undefined) return known;
  const response = await fetch(request);
  if (response.ok) await cache.put(request, response.clone());
  return response;
}

self.addEventListener('fetch', (event) => {
  const url = new URL(event.request.url);
  if (event.request.method !== 'GET' || url.origin !== self.location.origin) return;
  const places = ['/walk', '/walks', '/compare', '/diary', '/settings', '/welcome'];
  const isPage = url.pathname === '/' || places.some((p) => url.pathname === p || url.pathname.startsWith(`${p}/`));
  if (event.request.mode === 'navigate' && isPage) event.respondWith(pageFirstFromService(event.request));
  else if (/^\/(assets|fonts|icons)\//.test(url.pathname)) event.respondWith(assetFromCache(event.request));
});
