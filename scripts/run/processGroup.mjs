import { spawn } from 'node:child_process'
import { endingSignals } from '../setup/command.mjs'

/** Time a program gets to end by itself after a polite signal. */
const graceMs = 5_000

/**
 * Starts a program as the head of its own process group, so that ending it ends its helpers too, and a Ctrl-C
 * in the terminal reaches it only through us. Its stdin is closed.
 *
 * @param {string} file
 * @param {readonly string[]} args
 * @param {{ env: NodeJS.ProcessEnv, stdio: ('ignore' | 'inherit' | 'pipe')[] }} options `stdio` from stdout on
 */
export function startGroup(file, args, { env, stdio }) {
  const child = spawn(file, args, {
    env,
    stdio: ['ignore', ...stdio],
    detached: process.platform !== 'win32'
  })

  /** @param {NodeJS.Signals} signal */
  const signalGroup = (signal) => {
    if (child.pid === undefined) return
    try {
      process.kill(process.platform === 'win32' ? child.pid : -child.pid, signal)
    } catch (error) {
      // ESRCH: all of them have ended, which is what was wanted.
      if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error
    }
  }
  const killGroup = () => signalGroup('SIGKILL')
  process.once('exit', killGroup)

  /** @type {Promise<number>} exit code as a shell gives it: 128 + signal number, 127 if it never started */
  const ended = new Promise((settle) => {
    child.once('error', (error) => {
      console.error(`${file} could not be started: ${error.message}`)
      settle(127)
    })
    child.once('close', (code, signal) => settle(code ?? signalCode(signal)))
  })
  void ended.then(killGroup)

  /** Asks the program to end; helpers and the obstinate are killed after a grace time. */
  const stop = () => {
    child.kill('SIGTERM')
    setTimeout(killGroup, graceMs).unref()
  }
  return { child, ended, stop }
}

const signalNumbers = { SIGHUP: 1, SIGINT: 2, SIGABRT: 6, SIGKILL: 9, SIGSEGV: 11, SIGTERM: 15 }

/** @param {NodeJS.Signals | null} signal */
const signalCode = (signal) =>
  128 + (Object.entries(signalNumbers).find(([name]) => name === signal)?.[1] ?? 0)

/**
 * Runs a group to its end, passing on the wish to end it. The value is the exit code; 130 after Ctrl-C.
 *
 * @param {ReturnType<typeof startGroup>} group
 */
export async function untilEnded(group) {
  /** @type {NodeJS.Signals | null} */
  let asked = null
  /** @param {NodeJS.Signals} signal */
  const onSignal = (signal) => {
    asked = signal
    group.stop()
  }
  for (const signal of endingSignals) process.on(signal, onSignal)
  const code = await group.ended
  for (const signal of endingSignals) process.off(signal, onSignal)
  return asked === null ? code : signalCode(asked)
}
