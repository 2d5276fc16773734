import { defineConfig } from 'vitest/config';

/** ChatUI's style sheet names web fonts on a foreign host; the page must load nothing from there. */
const withoutForeignFonts = {
  postcssPlugin: 'without-foreign-fonts',
  AtRule: {
    'font-face': (rule: { remove: () => void }) => rule.remove(),
  },
};

export default defineConfig({
  base: '/chat/',
  // ChatUI's "browser" field leads to a UMD build with its own core-js and React.
  resolve: {
    mainFields: ['module', 'main'],
    alias: {
      'react/jsx-runtime': 'preact/jsx-runtime',
      'react-dom': 'preact/compat',
      react: 'preact/compat',
    },
  },
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  css: { postcss: { plugins: [withoutForeignFonts] } },
  build: {
    target: ['chrome90', 'safari14', 'firefox90'],
    assetsInlineLimit: 0,
    sourcemap: false,
    rolldownOptions: { input: ['index.html', 'preview.html'] },
  },
  test: {
    name: 'widget',
    include: ['test/**/*.test.{ts,tsx}'],
    environment: 'happy-dom',
    server: { deps: { inline: ['@chatui/core', 'zustand'] } },
  },
  server: { proxy: { '/api': { target: 'http://127.0.0.1:8000', ws: true } } },
});
