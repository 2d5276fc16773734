import type { Plugin } from 'vite';
import { defineConfig } from 'vitest/config';

/** The components that come through `src/chat/index.ts`, by their class. */
const USED = /^\.(Bubble|Btn|Icon|Toast|Typing)\b/;

type Rule = { selectors: string[]; remove: () => void };
type Sheet = {
  source?: { input: { file?: string } };
  walkRules: (each: (rule: Rule) => void) => void;
};

/**
 * ChatUI's style sheet styles some seventy components, and names web fonts on a foreign host. What the
 * page does not use would only hold up its first paint.
 */
const onlyWhatIsUsed = {
  postcssPlugin: 'only-what-is-used',
  AtRule: {
    'font-face': (rule: { remove: () => void }) => rule.remove(),
  },
  Once(sheet: Sheet) {
    if (!sheet.source?.input.file?.includes('@chatui')) return;
    sheet.walkRules((rule) => {
      const used = rule.selectors.filter((selector) =>
        (selector.match(/\.[A-Z][\w-]*/g) ?? []).every((name) => USED.test(name)),
      );
      if (used.length === 0) rule.remove();
      else rule.selectors = used;
    });
  },
};

/**
 * The customer's page carries its styles itself: the skeleton is then painted after one round trip, and not only
 * when a style sheet has come as well. The sheet is 8 kB, less than a round trip costs on a slow line.
 */
const stylesWithin: Plugin = {
  name: 'styles-within',
  enforce: 'post',
  generateBundle(_, bundle) {
    const page = bundle['index.html'];
    if (page?.type !== 'asset') throw new Error('There is no index.html to put the styles into');
    page.source = String(page.source).replace(
      /<link rel="stylesheet"[^>]*href="\/chat\/([^"]+)">/g,
      (_link, name: string) => {
        const sheet = bundle[name];
        if (sheet?.type !== 'asset') throw new Error(`There is no ${name}`);
        return `<style>${sheet.source}</style>`;
      },
    );
  },
};

export default defineConfig({
  plugins: [stylesWithin],
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
  css: { postcss: { plugins: [onlyWhatIsUsed] } },
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
