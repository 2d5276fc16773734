import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  base: '/desk/',
  plugins: [react()],
  build: { assetsInlineLimit: 0, chunkSizeWarningLimit: 700 },
  test: { name: 'desk', include: ['test/**/*.test.{ts,tsx}'], environment: 'happy-dom' },
  server: { proxy: { '/api': { target: 'http://127.0.0.1:8000', ws: true } } },
});
