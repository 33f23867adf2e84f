import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import vue from '@vitejs/plugin-vue'
import { defineConfig } from 'vite'

const repository = resolve(import.meta.dirname, '../..')

export default defineConfig({
  root: import.meta.dirname,
  plugins: [vue()],
  resolve: { alias: { '@shared': resolve(repository, 'src/shared') } },
  build: {
    target: 'chrome114',
    assetsInlineLimit: 0,
    outDir: join(tmpdir(), 'depthdeck-renderer-harness'),
    emptyOutDir: true
  },
  preview: { port: 4179, strictPort: true }
})
