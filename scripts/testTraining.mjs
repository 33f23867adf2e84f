import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { countUnittest, judgeRun, summaryLine } from './run/testSummary.mjs'
import { runCommand } from './setup/command.mjs'
import { runEntry } from './setup/console.mjs'
import { testResults } from './setup/paths.mjs'
import { prepareNode } from './setup/prepare.mjs'
import { ensurePython } from './setup/python.mjs'

/** `node scripts/testTraining.mjs`: the Python tests; the exported bundles are opened by the built app too. */
await runEntry(async () => {
  await prepareNode()
  const python = await ensurePython()
  const tests = [
    '-m',
    'unittest',
    'discover',
    '--start-directory',
    'training/tests',
    '--top-level-directory',
    'training'
  ]
  const { code, stderr } = await runCommand(python, [...tests, '--verbose'], { output: 'capture' })
  process.stdout.write(stderr)
  const line = summaryLine(judgeRun(countUnittest(stderr), code))
  await mkdir(testResults, { recursive: true })
  await writeFile(join(testResults, 'training-summary.txt'), `${line}\n`)
  console.log(line)
  return line.endsWith(' 0 failed') ? 0 : 1
})
