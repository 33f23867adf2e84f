import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { runCommand } from '../setup/command.mjs'
import { SetupError } from '../setup/console.mjs'
import { buildOutput, root } from '../setup/paths.mjs'
import { prepareNode } from '../setup/prepare.mjs'
import { ensurePython } from '../setup/python.mjs'

/**
 * The stages that training runs are made of: the bench records and plays in TypeScript, PyTorch trains and exports.
 * Every stage leaves a file and is passed over where it is there.
 */

/** Scenes no demonstration was made of, and not the ones that README figures are measured on. */
export const EVALUATION_SEED = '3000000'
const SEEDS = { demonstrations: 101, validation: 900_001, visited: 200 }
const VALIDATION_STATES = 6000

/** Node's packages, the built app and a Python with PyTorch. @param {string} work */
export async function openStages(work) {
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
  /** @param {string} out @param {number} states @param {number} seed @param {readonly string[]} flags */
  const record = async (out, states, seed, flags = []) => {
    const about = join(out, 'demonstrations.json')
    if (existsSync(about)) {
      const recorded = JSON.parse(readFileSync(about, 'utf8')).states
      if (recorded === states) return
      throw new SetupError(
        `${out} holds ${recorded} states, not ${states}: use that number or another folder.`
      )
    }
    const size = ['--states', String(states), '--seed', String(seed), '--out', out]
    await app('recordDemonstrations', [...size, ...flags])
  }

  return {
    /** What the expert meets. @param {number} states */
    async recordExpert(states) {
      await record(join(work, 'demonstrations'), states, SEEDS.demonstrations)
      await record(join(work, 'validation'), VALIDATION_STATES, SEEDS.validation)
    },
    /** What a policy meets, as the `round`-th of its run. @param {string} name @param {number} round @param {number} states */
    recordVisited: (name, round, states) =>
      record(join(work, name, `visited-${round}`), states, SEEDS.visited + round, [
        '--policy',
        join(work, name, `bundle-${round}`)
      ]),
    /** @param {string} name @param {number} round */
    hasVisited: (name, round) => existsSync(join(work, name, `visited-${round}`, 'demonstrations.json')),
    /** @param {string} name @param {readonly string[]} flags */
    train: (name, flags) =>
      run(python, ['-m', 'depthdeck_training.demo', '--work', work, '--run', name, ...flags]),
    /** The run's checkpoint as a bundle. @param {string} name @param {string} bundle @param {string} description */
    async exportBundle(name, bundle, description) {
      const out = join(work, name, bundle)
      rmSync(out, { recursive: true, force: true })
      await run(python, [
        ...['-m', 'depthdeck_training', 'export', '--checkpoint', join(work, name, 'policy.pt')],
        ...['--demonstrations', join(work, 'validation'), '--observations', '8'],
        ...['--defaults', join(root, 'training', 'traypick-defaults.json'), '--out', out],
        ...['--name', 'traypick-demo', '--version', '1.0.0', '--description', description]
      ])
      return out
    },
    /** Closed loop on scenes kept for development. @param {string} bundle @param {string} json @param {readonly string[]} flags */
    evaluate: (bundle, json, flags) =>
      app('closedLoop', [...flags, '--seed-base', EVALUATION_SEED, '--bundle', bundle, '--json', json])
  }
}

/** Words of the command line, ours apart from those that are passed on. @param {readonly string[]} given @param {readonly string[]} ours */
export function splitFlags(given, ours) {
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

/** @param {string} flag @param {string} text */
export function count(flag, text) {
  const value = Number(text)
  if (Number.isInteger(value) && value > 0) return value
  throw new SetupError(`${flag} is a whole number from 1, not “${text}”.`)
}
