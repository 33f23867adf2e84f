import { ensureBuild } from './setup/build.mjs'
import { runEntry } from './setup/console.mjs'
import { ensureNodeModules } from './setup/nodeModules.mjs'

/** `npm run build`: the app into out/, when anything it is built from has changed. */
await runEntry(async () => {
  await ensureNodeModules()
  await ensureBuild()
  return 0
})
