import { defineConfig } from 'vite';

// The page of `npm run bench`, apart from the product: what it is compared with must never be loaded by a reader.
export default defineConfig({
  base: './',
  publicDir: false,
  worker: { format: 'es' },
  build: {
    outDir: '.cache/bench',
    emptyOutDir: true,
    chunkSizeWarningLimit: 4000,
    rolldownOptions: { input: 'bench.html' },
  },
});
