import { join } from 'node:path'
import { runCommand } from './setup/command.mjs'
import { runEntry } from './setup/console.mjs'
import { buildOutput } from './setup/paths.mjs'
import { prepareNode } from './setup/prepare.mjs'

/** `node scripts/bench.mjs <entry> [flags]`: a command-line entry of the built app, in plain Node, no window. */
await runEntry(async () => {
  const [entry = '', ...flags] = process.argv.slice(2)
  await prepareNode()
  const file = join(buildOutput, 'main', `${entry}.cjs`)
  return (await runCommand(process.execPath, [file, ...flags], { input: 'inherit' })).code ?? 1
})
