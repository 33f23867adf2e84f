import { resolve } from 'node:path'
import { ESLint } from 'eslint'
import { describe, expect, test } from 'vitest'

/** The repository's own ESLint, without the rules that need every file in the TypeScript project. */
const eslint = new ESLint({
  cwd: resolve(import.meta.dirname, '../../..'),
  ruleFilter: ({ ruleId }) => !ruleId.startsWith('@typescript-eslint/') && !ruleId.startsWith('vue/'),
  overrideConfig: [{ languageOptions: { parserOptions: { projectService: false } } }]
})

/** Rules an invented file would break. */
async function brokenRules(filePath: string, code: string): Promise<(string | null)[]> {
  const results = await eslint.lintText(code, {
    filePath: resolve(import.meta.dirname, '../../..', filePath)
  })
  return results.flatMap((result) => result.messages.map((message) => message.ruleId ?? message.message))
}

const importing = (specifier: string) => `import { thing } from '${specifier}'\nthing()\n`

describe('import map', () => {
  test.each([
    ['src/shared/engine/made.ts', 'node:fs'],
    ['src/shared/engine/made.ts', 'fs'],
    ['src/shared/engine/made.ts', 'vue'],
    ['src/shared/engine/made.ts', '../../main/robot/loop'],
    ['src/shared/domain/made.ts', '../engine/state'],
    ['src/shared/units.ts', './engine/state'],
    ['src/renderer/src/stores/made.ts', '../../../main/policy/runner'],
    ['src/renderer/src/stores/made.ts', 'electron'],
    ['src/renderer/src/stores/made.ts', 'node:path'],
    ['src/renderer/src/stores/made.ts', '../../../preload/index'],
    ['src/preload/made.ts', '../main/ipc/handle'],
    ['src/preload/made.ts', 'vue'],
    ['src/capture/made.ts', '../renderer/src/client/client'],
    ['src/main/policy/made.ts', 'electron'],
    ['src/main/policy/made.ts', '../simulator/scene'],
    ['src/main/policy/made.ts', '../hosts/policy'],
    ['src/main/robot/made.ts', '../app/windows'],
    ['src/main/robot/made.ts', '../transports/serial'],
    ['src/main/robot/specs/made.ts', '../../simulator/scene'],
    ['src/main/robot/made.ts', 'onnxruntime-node'],
    ['src/main/drivers/feetech/made.ts', '../../simulator/scene'],
    ['src/main/drivers/feetech/made.ts', 'serialport'],
    ['src/main/simulator/made.ts', '../drivers/sim/simDriver'],
    ['src/main/episodes/made.ts', '../recorder/mcap'],
    ['src/main/app/made.ts', '../robot/loop'],
    ['src/main/hosts/made.ts', '../app/windows'],
    ['src/main/hosts/made.ts', 'onnxruntime-node'],
    ['src/main/hosts/made.ts', '../../../test/unit/robot/fakeDriver'],
    ['src/main/nowhere/made.ts', '@shared/units']
  ])('%s must not import %s', async (file, specifier) => {
    expect(await brokenRules(file, importing(specifier))).toContain('depthdeck/import-map')
  })

  test.each([
    ['src/shared/domain/made.ts', '../units'],
    ['src/shared/ipc/made.ts', 'zod'],
    ['src/shared/safety/made.ts', '../kinematics/verticalTool'],
    ['src/renderer/src/stores/made.ts', '@shared/engine/state'],
    ['src/renderer/src/stores/made.ts', 'pinia'],
    ['src/renderer/src/views/made.ts', '../stores/run'],
    ['src/preload/made.ts', 'electron'],
    ['src/preload/made.ts', '@shared/ipc/contract'],
    ['src/main/policy/made.ts', 'onnxruntime-node'],
    ['src/main/policy/made.ts', 'node:crypto'],
    ['src/main/robot/made.ts', '../drivers/driver'],
    ['src/main/teleop/made.ts', '../drivers/driver'],
    ['src/main/drivers/feetech/made.ts', '../../transports/serial'],
    ['src/main/drivers/sim/made.ts', '../../simulator/scene'],
    ['src/main/drivers/sim/made.ts', '../driver'],
    ['src/main/transports/made.ts', 'serialport'],
    ['src/main/recorder/made.ts', '../episodes/index'],
    ['src/main/hosts/made.ts', '../policy/runner'],
    ['src/main/hosts/made.ts', 'electron'],
    ['src/main/app/made.ts', '../ipc/handle'],
    ['test/unit/robot/made.ts', '../../../src/main/robot/loop']
  ])('%s may import %s', async (file, specifier) => {
    expect(await brokenRules(file, importing(specifier))).not.toContain('depthdeck/import-map')
  })

  test.each([
    ['a type', "import type { App } from 'electron'\nexport type Made = App\n"],
    ['an import type', "export type Made = import('electron').App\n"],
    ['a dynamic import', "export const made = () => import('electron')\n"],
    ['a require', "export const made = require('electron')\n"],
    ['a query', "import made from '../../../resources/made.onnx?asset'\nmade()\n"]
  ])('also sees %s', async (_, code) => {
    expect(await brokenRules('src/main/policy/made.ts', code)).toContain('depthdeck/import-map')
  })
})

describe('other rules of the tree', () => {
  test('a cycle is found: contract.ts imports fault.ts, which must not import it back', async () => {
    const code = "import { appInfo } from '../ipc/contract'\nexport const fault = appInfo\n"
    expect(await brokenRules('src/shared/domain/fault.ts', code)).toContain('import-x/no-cycle')
  })

  test.each([
    ['export everything', "export * from './state'\n"],
    ['export by name', "export { state } from './state'\n"]
  ])('no barrels: %s', async (_, code) => {
    expect(await brokenRules('src/shared/engine/made.ts', code)).toEqual(['no-restricted-syntax'])
  })

  test.each([
    ['no-restricted-properties', 'export const made = () => Date.now()\n'],
    ['no-restricted-properties', 'export const made = () => Math.random()\n'],
    ['no-restricted-globals', 'export const made = () => process.hrtime()\n']
  ])('src/shared is pure: %s, %s', async (rule, code) => {
    expect(await brokenRules('src/shared/engine/made.ts', code)).toEqual([rule])
    expect(await brokenRules('src/main/robot/made.ts', code)).toEqual([])
  })

  test('set-up imports packages only once they are installed', async () => {
    const early = "import { createPackage } from '@electron/asar'\ncreatePackage()\n"
    const late = "export const made = () => import('@electron/asar')\n"
    expect(await brokenRules('scripts/setup/made.mjs', early)).toEqual(['no-restricted-imports'])
    expect(await brokenRules('scripts/setup/made.mjs', late)).toEqual([])
  })

  test('a comment cannot switch a rule off', async () => {
    const code = `/* eslint-disable */\n${importing('electron')}`
    expect(await brokenRules('src/main/policy/made.ts', code)).toContain('depthdeck/import-map')
  })
})
