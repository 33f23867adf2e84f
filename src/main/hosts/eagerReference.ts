import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { z } from 'zod'

/** PyTorch eager in a process of its own, one measurement at a time; null where there is no PyTorch. */
export interface EagerReference {
  readonly about: { readonly torch: string; readonly blas: string; readonly threads: number }
  /** Milliseconds of one run. */
  measure(what: 'prelude' | 'iteration'): Promise<number>
  dispose(): void
}

const about = z.object({ torch: z.string(), blas: z.string(), threads: z.int() })

export async function startEagerReference(training: string): Promise<EagerReference | null> {
  for (const python of [process.env.DEPTHDECK_PYTHON, 'python3', '/usr/bin/python3']) {
    const reference = python === undefined ? null : await start(python, training)
    if (reference) return reference
  }
  return null
}

async function start(python: string, training: string): Promise<EagerReference | null> {
  const child = spawn(python, ['-m', 'depthdeck_training.bench_eager'], {
    cwd: training,
    stdio: ['pipe', 'pipe', 'ignore'],
    env: { ...process.env, OPENBLAS_NUM_THREADS: '1', OMP_NUM_THREADS: '1' }
  })
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  const nextLine = async (): Promise<string | null> => {
    const next = await lines.next()
    return next.done === true ? null : next.value
  }
  const ended = new Promise<null>((resolve) => {
    child.once('error', () => resolve(null))
    child.once('exit', () => resolve(null))
  })
  child.stdin.on('error', () => undefined)
  const first = await Promise.race([nextLine(), ended])
  if (first === null) return null
  return {
    about: about.parse(JSON.parse(first)),
    async measure(what) {
      child.stdin.write(`${what}\n`)
      const line = await nextLine()
      if (line === null) throw new Error('PyTorch ended in the middle of the measurement')
      return Number(line)
    },
    dispose: () => child.kill()
  }
}
