import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

/** Where things are. Nothing else in scripts/ spells out these places. */
export const root = resolve(fileURLToPath(import.meta.url), '../../..')
export const nodeModules = join(root, 'node_modules')
export const electronDist = join(root, '.electron-dist')
export const buildOutput = join(root, 'out')
export const testResults = join(root, 'test-results')
