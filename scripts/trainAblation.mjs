import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { runEntry, SetupError } from './setup/console.mjs'
import { root } from './setup/paths.mjs'
import { count, openStages, splitFlags } from './training/stages.mjs'

/**
 * `npm run train:ablation -- --work DIR`: training as published (actions alone, depth at random) against the same with
 * process supervision as a warm-up and with chains that grow during training, several seeds each, everything else
 * equal: expert demonstrations only, one round.
 * DIR may be that of `train:demo`, whose demonstrations, backbone and features are shared. Resumable at any point.
 */

const ARMS = [
  { name: 'plain', flags: ['--supervision', '0'] },
  { name: 'warm-up', flags: ['--supervision', '0.1'] },
  { name: 'curriculum', flags: ['--supervision', '0', '--curriculum', '0.6'] }
]

await runEntry(async () => {
  const ours = ['--work', '--states', '--steps', '--seeds', '--episodes', '--json']
  const { own, passedOn } = splitFlags(process.argv.slice(2), ours)
  const { values } = parseArgs({
    args: own,
    options: {
      work: { type: 'string' },
      states: { type: 'string', default: '400000' },
      steps: { type: 'string', default: '4500' },
      seeds: { type: 'string', default: '0,1' },
      episodes: { type: 'string', default: '120' },
      json: { type: 'string' }
    }
  })
  if (values.work === undefined) throw new SetupError('--work names the folder to train in.')
  const work = resolve(root, values.work)
  const steps = String(count('--steps', values.steps))
  const stages = await openStages(work)
  await stages.recordExpert(count('--states', values.states))
  const results = []
  for (const seed of values.seeds.split(',')) {
    for (const { name, flags } of ARMS) {
      const run = `ablation-${name}-${seed}`
      const json = join(work, run, 'evaluation.json')
      // Figures belong to the options they were made with.
      const options = JSON.stringify({ steps, episodes: values.episodes, flags: [...flags, ...passedOn] })
      const made = join(work, run, 'options.json')
      if (existsSync(made) && readFileSync(made, 'utf8') !== options)
        throw new SetupError(`${join(work, run)} was made with other options: remove it, or use those.`)
      mkdirSync(join(work, run), { recursive: true })
      writeFileSync(made, options)
      if (!existsSync(json)) {
        await stages.train(run, ['--steps', steps, '--seed', seed, ...flags, ...passedOn])
        const bundle = await stages.exportBundle(run, 'bundle', `Ablation: ${name}, seed ${seed}.`)
        const rules = ['--rules', 'fixed:1,fixed:4,fixed:8,fixed:12']
        await stages.evaluate(bundle, json, [
          ...rules,
          '--episodes',
          String(count('--episodes', values.episodes))
        ])
      }
      const { openLoop } = JSON.parse(readFileSync(join(work, run, 'open-loop.json'), 'utf8'))
      results.push({
        arm: name,
        seed: Number(seed),
        openLoop,
        closedLoop: JSON.parse(readFileSync(json, 'utf8')).rows
      })
    }
  }
  if (values.json)
    writeFileSync(
      resolve(root, values.json),
      `${JSON.stringify({ steps: Number(steps), results }, null, 2)}\n`
    )
  return 0
})
