import { resolve } from 'node:path'
import vue from '@vitejs/plugin-vue'
import { defineConfig } from 'electron-vite'
import type { Plugin } from 'vite'

// Both Electron 45 and the 25.1.1 stand-in must run the same output, so everything main-side is
// CommonJS for Node 18.15 and the renderer targets Chrome 114.
const alias = { '@shared': resolve('src/shared') }
const cjs = {
  format: 'cjs' as const,
  entryFileNames: '[name].cjs',
  chunkFileNames: 'chunks/[name]-[hash].cjs'
}

/** Vite's dev server injects styles and listens on a web socket; the built app allows neither. */
const devContentSecurity: Plugin = {
  name: 'depthdeck-dev-content-security',
  apply: 'serve',
  transformIndexHtml: (html) =>
    html
      .replace("style-src 'self'", "style-src 'self' 'unsafe-inline'")
      .replace("connect-src 'self'", "connect-src 'self' ws:")
}

export default defineConfig({
  main: {
    resolve: { alias },
    build: {
      target: 'node18.15',
      // A development dependency with native code that only the emulator needs.
      // Packages that are ES modules only can't be required: they are bundled.
      externalizeDeps: {
        include: ['@lydell/node-pty'],
        exclude: ['hyparquet', 'hyparquet-writer', '@marcbachmann/cel-js']
      },
      rolldownOptions: {
        input: {
          main: resolve('src/main/app/main.ts'),
          robot: resolve('src/main/hosts/robot.ts'),
          policy: resolve('src/main/hosts/policy.ts'),
          recorder: resolve('src/main/hosts/recorder.ts'),
          inspect: resolve('src/main/hosts/inspect.ts'),
          closedLoop: resolve('src/main/hosts/closedLoop.ts'),
          benchGuard: resolve('src/main/hosts/benchGuard.ts'),
          benchPolicy: resolve('src/main/hosts/benchPolicy.ts'),
          benchMemory: resolve('src/main/hosts/benchMemory.ts'),
          recordDemonstrations: resolve('src/main/hosts/recordDemonstrations.ts'),
          benchLibrary: resolve('test/bench/library/measure.ts'),
          benchRecorder: resolve('test/bench/recorder/measure.ts'),
          benchRecorderApp: resolve('test/bench/recorder/app.ts'),
          emulator: resolve('test/emulators/cli.ts')
        },
        output: cjs
      }
    }
  },
  preload: {
    resolve: { alias },
    build: {
      target: 'node18.15',
      externalizeDeps: false,
      // Sandboxed preloads can load no other file: nothing may be shared between them.
      isolatedEntries: true,
      rolldownOptions: {
        input: { index: resolve('src/preload/index.ts'), capture: resolve('src/preload/capture.ts') },
        output: cjs
      }
    }
  },
  renderer: {
    root: 'src',
    resolve: { alias },
    plugins: [vue(), devContentSecurity],
    build: {
      target: 'chrome114',
      // Nothing inline: the content security policy allows no data: fonts.
      assetsInlineLimit: 0,
      rolldownOptions: {
        input: { index: resolve('src/renderer/index.html'), capture: resolve('src/capture/index.html') }
      }
    }
  }
})
