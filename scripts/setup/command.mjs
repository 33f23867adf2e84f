import { spawn } from 'node:child_process'
import { SetupError } from './console.mjs'
import { root } from './paths.mjs'

/** Signals by which a user or a service manager asks a program to end. */
export const endingSignals = /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])

/**
 * @typedef {object} CommandResult
 * @property {number | null} code exit code; null when a signal or the time limit ended it, or it never started
 * @property {string} stdout empty unless captured
 * @property {string} stderr empty unless captured
 * @property {boolean} timedOut
 * @property {string | null} startError why it could not be started, such as ENOENT
 *
 * @typedef {object} CommandOptions
 * @property {'inherit' | 'capture'} [output] default 'inherit'
 * @property {'inherit' | 'ignore'} [input] standard input; default 'ignore'
 * @property {number} [timeoutMs]
 * @property {NodeJS.ProcessEnv} [env] default: this process's own
 */

/**
 * Runs a command in the repository to its end. How it ended is in the result; only an interruption
 * (Ctrl-C) of ourselves, passed on to the command, throws, so that nothing is run after it.
 *
 * @param {string} file
 * @param {readonly string[]} args
 * @param {CommandOptions} [options]
 * @returns {Promise<CommandResult>}
 */
export function runCommand(
  file,
  args,
  { output = 'inherit', input = 'ignore', timeoutMs, env = process.env } = {}
) {
  return new Promise((settle, refuse) => {
    const stream = output === 'inherit' ? 'inherit' : 'pipe'
    const child = spawn(file, args, { cwd: root, env, stdio: [input, stream, stream] })
    let stdout = ''
    let stderr = ''
    let timedOut = false
    const timer =
      timeoutMs === undefined
        ? undefined
        : setTimeout(() => {
            timedOut = true
            child.kill('SIGKILL')
          }, timeoutMs)
    child.stdout?.setEncoding('utf8').on('data', (text) => (stdout += text))
    child.stderr?.setEncoding('utf8').on('data', (text) => (stderr += text))
    let interrupted = false
    /** @param {NodeJS.Signals} signal */
    const onSignal = (signal) => {
      interrupted = true
      child.kill(signal)
    }
    for (const signal of endingSignals) process.on(signal, onSignal)
    /**
     * @param {number | null} code
     * @param {string | null} startError
     */
    const finish = (code, startError) => {
      clearTimeout(timer)
      for (const signal of endingSignals) process.off(signal, onSignal)
      if (interrupted) refuse(new SetupError('Interrupted.'))
      else settle({ code, stdout, stderr, timedOut, startError })
    }
    child.once('error', (error) => finish(null, error.message))
    child.once('close', (code) => finish(code, null))
  })
}

/**
 * npm as a command: through the npm that started us when there is one, so that the same version is used.
 *
 * @param {readonly string[]} args
 * @returns {[file: string, args: string[]]}
 */
export function npmCommand(args) {
  const cli = process.env['npm_execpath']
  return cli !== undefined && /npm-cli\.c?js$/.test(cli)
    ? [process.execPath, [cli, ...args]]
    : ['npm', [...args]]
}
