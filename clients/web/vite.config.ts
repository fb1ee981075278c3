import { defineConfig } from 'vite';

/** No plugin: JSX needs none, and a page that was built is what the gateway serves. */
export default defineConfig({
  build: {
    target: ['chrome123', 'firefox128', 'safari17.5'],
    // A data URL in place of a small file would need an exception in the content security policy.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
  },
});
