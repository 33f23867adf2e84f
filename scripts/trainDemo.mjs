import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { runEntry, SetupError } from './setup/console.mjs'
import { root } from './setup/paths.mjs'
import { count, openStages, splitFlags } from './training/stages.mjs'

/**
 * `npm run train:demo -- --work DIR`: records demonstrations, trains in rounds (after each, the states that the policy
 * gets itself into are added with the expert's answers), exports and evaluates. Every stage is kept in DIR; run again,
 * it goes on where it was. `--steps`, `--supervision` and the rest go to depthdeck_training.demo.
 */

const RUN = 'head'
const DESCRIPTION =
  'Demo policy of the TrayPick bench, trained from scratch by npm run train:demo. Its depth is taught, not emergent: ' +
  'process supervision, fading during training, points one core head at the k-th blocker at iteration k.'

await runEntry(async () => {
  const { own, passedOn } = splitFlags(process.argv.slice(2), [
    '--work',
    '--states',
    '--rounds',
    '--visited',
    '--episodes'
  ])
  const { values } = parseArgs({
    args: own,
    options: {
      work: { type: 'string' },
      states: { type: 'string', default: '400000' },
      rounds: { type: 'string', default: '4' },
      visited: { type: 'string', default: '40000' },
      episodes: { type: 'string', default: '96' }
    }
  })
  if (values.work === undefined) throw new SetupError('--work names the folder to train in.')
  const work = resolve(root, values.work)
  const rounds = count('--rounds', values.rounds)
  const visited = count('--visited', values.visited)
  const stages = await openStages(work)
  await stages.recordExpert(count('--states', values.states))
  for (let round = 1; round <= rounds; round++) {
    if (stages.hasVisited(RUN, round)) {
      await stages.recordVisited(RUN, round, visited)
      continue
    }
    await stages.train(RUN, [...passedOn, '--rounds', String(rounds), '--round', String(round)])
    const bundle = await stages.exportBundle(RUN, `bundle-${round}`, DESCRIPTION)
    if (round < rounds) await stages.recordVisited(RUN, round, visited)
    else {
      const rules = 'fixed:1,fixed:4,fixed:8,fixed:12,default'
      const flags = ['--rules', rules, '--episodes', String(count('--episodes', values.episodes))]
      await stages.evaluate(bundle, join(work, RUN, 'evaluation.json'), flags)
    }
  }
  return 0
})
