import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from '@playwright/test'
import { electronEnvironment } from '../../scripts/setup/electronChoice.mjs'

const ROOT = resolve(import.meta.dirname, '../..')
const run = promisify(execFile)

test('a headless run reports, and equals the virtual-time bench on the same seeds', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'depthdeck-headless-'))
  const file = (name: string): string => join(folder, name)
  try {
    const seeds = ['--level=all', '--seed-base=77', '--episodes=4']
    const electron = electronEnvironment()
    const { ELECTRON_RUN_AS_NODE: _, ...environment } = process.env
    const outputs = [
      `--report=${file('r.json')}`,
      `--screenshot=${file('s.png')}`,
      `--user-data=${file('user')}`
    ]
    await run(
      electron.executable,
      [...electron.args, ROOT, ...seeds, ...outputs, '--seconds=120', '--between-episodes-ms=0'],
      { env: { ...environment, ...electron.env, DEPTHDECK_HEADLESS: '1' } }
    )
    const bench = [join(ROOT, 'out/main/closedLoop.cjs'), ...seeds, '--rules=default', '--trace']
    await run(process.execPath, [...bench, `--json=${file('b.json')}`])

    const report = JSON.parse(readFileSync(file('r.json'), 'utf8'))
    const [row] = JSON.parse(readFileSync(file('b.json'), 'utf8')).rows
    expect(report).toMatchObject({
      electron: electron.version,
      provider: 'cpu',
      episodes: 4,
      errors: [],
      hostRestarts: { robot: 0, policy: 0, recorder: 0 }
    })
    expect(report.episodeList).toEqual(row.episodeList)
    expect(report.trace).toEqual(row.trace)
    expect(report.successes).toBe(row.successes)
    expect(report.meanK).toBeCloseTo(row.meanK, 3)
    for (const stage of ['encode', 'prelude', 'step', 'coda'])
      expect(report.stageMs[stage]).toBeGreaterThan(0)
    for (const process of ['main', 'ui', 'capture', 'robot', 'policy', 'recorder']) {
      expect(report.rssMiB[process]).toMatchObject({ start: expect.any(Number), end: expect.any(Number) })
    }
    expect(report.rendererFps).toBeGreaterThan(0)
    expect(statSync(file('s.png')).size).toBeGreaterThan(20_000)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})

test('bad flags and a bundle that cannot be loaded end with a message and a non-zero code', async () => {
  const electron = electronEnvironment()
  const folder = mkdtempSync(join(tmpdir(), 'depthdeck-headless-'))
  const { ELECTRON_RUN_AS_NODE: _, ...environment } = process.env
  const start = (...flags: string[]) =>
    run(electron.executable, [...electron.args, ROOT, `--user-data=${folder}`, ...flags], {
      env: { ...environment, ...electron.env, DEPTHDECK_HEADLESS: '1' }
    }).then(
      () => ({ code: 0, stderr: '' }),
      (error: { code: number; stderr: string }) => ({ code: error.code, stderr: error.stderr })
    )
  try {
    const flags = await start('--rule=sometimes', '--seconds=1')
    expect(flags.code).toBe(2)
    expect(flags.stderr).toContain('--rule: “sometimes” is not a rule')
    const bundle = await start(`--bundle=${join(folder, 'nowhere')}`, '--seconds=2')
    expect(bundle.code).toBe(1)
    expect(bundle.stderr).toContain('nowhere')
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})
