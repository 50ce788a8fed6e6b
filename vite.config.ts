import path from 'node:path';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vite';

/** The browser part: src/dashboard to dist/dashboard, everything served from our own origin, styles and scripts in files. */
export default defineConfig({
  root: path.resolve(import.meta.dirname, 'src/dashboard'),
  base: '/',
  plugins: [svelte({ configFile: false, compilerOptions: { runes: true } })],
  build: {
    outDir: path.resolve(import.meta.dirname, 'dist/dashboard'),
    emptyOutDir: true,
    target: 'es2022',
    // The page's policy allows no data: scripts and few data: pictures; small assets stay files.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
  },
  server: { proxy: { '/api': process.env['GAITKEEPER_DEV_API'] ?? 'http://127.0.0.1:8080' } },
});
