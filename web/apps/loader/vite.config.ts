import { defineConfig } from 'vitest/config';

/** One file under an address that never changes: shops paste it into their pages. */
export default defineConfig({
  build: {
    target: ['chrome80', 'safari13', 'firefox78'],
    lib: {
      entry: 'src/loader.ts',
      formats: ['iife'],
      name: 'kfLoader',
      fileName: () => 'loader.js',
    },
  },
  test: { name: 'loader', include: ['test/**/*.test.ts'], environment: 'happy-dom' },
});
