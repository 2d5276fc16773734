import { defineConfig } from 'vitest/config';

export default defineConfig({
  base: '/demo/',
  build: { target: 'es2022', assetsInlineLimit: 0 },
});
