import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { runCommand } from './setup/command.mjs'
import { runEntry, SetupError } from './setup/console.mjs'
import { buildOutput, root } from './setup/paths.mjs'
import { prepareNode } from './setup/prepare.mjs'
import { ensurePython } from './setup/python.mjs'

/**
 * `npm run train:demo -- --work DIR`: records demonstrations, trains, exports and evaluates. Every stage is kept in
 * DIR; run again, it goes on where it was. `--steps`, `--supervision` and the rest go to depthdeck_training.demo.
 */

/** Scenes no demonstration was made of, and not the ones that README figures are measured on. */
const EVALUATION_SEED = '3000000'

/** Our flags and the trainer's, each with its value. @param {readonly string[]} given */
function splitFlags(given) {
  const ours = ['--work', '--states', '--episodes']
  /** @type {string[]} */
  const own = []
  /** @type {string[]} */
  const passedOn = []
  const words = given.flatMap((word) => word.split(/=(.*)/s, 2))
  for (let at = 0; at < words.length; at += 2) {
    const pair = words.slice(at, at + 2)
    ;(ours.includes(pair[0] ?? '') ? own : passedOn).push(...pair)
  }
  return { own, passedOn }
}

await runEntry(async () => {
  const { own, passedOn } = splitFlags(process.argv.slice(2))
  const { values } = parseArgs({
    args: own,
    options: {
      work: { type: 'string' },
      states: { type: 'string', default: '300000' },
      episodes: { type: 'string', default: '96' }
    }
  })
  if (values.work === undefined) throw new SetupError('--work names the folder to train in.')
  const work = resolve(root, values.work)
  mkdirSync(work, { recursive: true })
  await prepareNode()
  const python = await ensurePython()
  // The products are small: two BLAS threads would wait for each other.
  const env = {
    ...process.env,
    OPENBLAS_NUM_THREADS: '1',
    OMP_NUM_THREADS: '1',
    PYTHONPATH: join(root, 'training')
  }
  /** @param {string} file @param {readonly string[]} args */
  const run = async (file, args) => {
    const { code } = await runCommand(file, args, { env })
    if (code !== 0)
      throw new SetupError(`A stage of the training ended with code ${code}; its message is above.`)
  }
  /** @param {string} name @param {readonly string[]} flags */
  const app = (name, flags) => run(process.execPath, [join(buildOutput, 'main', `${name}.cjs`), ...flags])

  for (const [name, states, seed] of [
    ['demonstrations', String(values.states), '101'],
    ['validation', '6000', '900001']
  ]) {
    const out = join(work, String(name))
    const about = join(out, 'demonstrations.json')
    if (existsSync(about)) {
      const recorded = JSON.parse(readFileSync(about, 'utf8')).states
      if (String(recorded) === String(states)) continue
      throw new SetupError(
        `${out} holds ${recorded} states, not ${states}: use that number or another folder.`
      )
    }
    await app('recordDemonstrations', ['--states', String(states), '--seed', String(seed), '--out', out])
  }
  await run(python, ['-m', 'depthdeck_training.demo', '--work', work, ...passedOn])
  const defaults = join(root, 'training', 'traypick-defaults.json')
  const bundle = join(work, 'bundle')
  await run(python, [
    ...['-m', 'depthdeck_training', 'export', '--checkpoint', join(work, 'policy.pt')],
    ...['--demonstrations', join(work, 'validation'), '--observations', '8', '--defaults', defaults],
    ...['--name', 'traypick-demo', '--version', '1.0.0', '--out', bundle],
    ...['--description', 'Demo policy of the TrayPick bench, trained by npm run train:demo.']
  ])
  const rules = [
    '--rules',
    'fixed:1,fixed:4,fixed:8,fixed:12,actionMse:3e-5',
    '--episodes',
    String(values.episodes)
  ]
  await app('closedLoop', [
    ...rules,
    '--seed-base',
    EVALUATION_SEED,
    '--bundle',
    bundle,
    '--json',
    join(work, 'evaluation.json')
  ])
  return 0
})
