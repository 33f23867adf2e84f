import { createWriteStream, rmSync, writeFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { parseArgs } from 'node:util'
import { wholeNumber } from '../../src/main/hosts/numberFlag'
import { armSets, listEmulatedPorts, openArm, type OpenArm } from './arms'
import { CommandError, faultLines, runLine } from './cliCommands'
import { toHex } from './hex'

/**
 * `npm run emulator -- so101-pair --fault drop=0.05,dead=3 --json`: emulated arms behind ptys until Ctrl+C or
 * `quit`. Prints their paths; takes commands on standard input (`help`). `npm --silent run` keeps the JSON line alone.
 */

const describe = ({ arm, pty }: OpenArm) => ({
  name: arm.name,
  path: pty.path,
  devicePath: pty.devicePath,
  ...arm.identity,
  protocol: arm.protocol,
  baud: arm.baud,
  motors: arm.motors
})

function main(): void {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      fault: { type: 'string', multiple: true, default: [] },
      seed: { type: 'string', default: '1' },
      json: { type: 'boolean', default: false },
      /** A file that every frame is appended to: nanoseconds, arm, who sent it, its bytes in hexadecimal. */
      'wire-log': { type: 'string' },
      /** A file of the ports, kept up to date: `npm start -- --port-list=<file>` reads it. */
      'port-list': { type: 'string' },
      /** Motors as they leave the factory, apart from their ids. */
      'factory-settings': { type: 'boolean', default: false }
    }
  })
  const names = positionals.length === 1 ? armSets[positionals[0] ?? ''] : undefined
  if (!names) throw new CommandError(`name one of: ${Object.keys(armSets).join(', ')}`)

  const seed = wholeNumber('seed', values.seed, 0)
  const opened = names.map((name) => openArm(name, { seed, setUp: !values['factory-settings'] }))
  const wireLog = values['wire-log'] === undefined ? null : createWriteStream(values['wire-log'])
  for (const { arm, pty } of opened) {
    pty.log.listen(({ atNanos, from, bytes }) =>
      wireLog?.write(`${atNanos}\t${arm.name}\t${from}\t${toHex(bytes)}\n`)
    )
  }
  const portList = values['port-list']
  const tellPorts = (): void => {
    if (portList !== undefined) writeFileSync(portList, `${JSON.stringify(listEmulatedPorts(opened))}\n`)
  }
  const say = (text: string): void => (values.json ? console.error(text) : console.log(text))
  const run = (line: string): void => {
    try {
      const answer = runLine(line, opened)
      if (answer) say(answer)
      // A cable that was pulled or plugged in again changed them.
      tellPorts()
    } catch (error) {
      if (!(error instanceof CommandError)) throw error
      console.error(error.message)
    }
  }

  const lines = createInterface({ input: process.stdin })
  const close = (): void => {
    lines.close()
    // An input that stays open would keep the process alive.
    process.stdin.destroy()
    for (const { pty } of opened) pty.close()
    wireLog?.end()
    if (portList !== undefined) rmSync(portList, { force: true })
  }
  lines.on('line', (line) => (line.trim() === 'quit' ? close() : run(line)))
  process.once('SIGINT', close)
  process.once('SIGTERM', close)

  tellPorts()
  for (const line of values.fault.flatMap(faultLines)) run(line)
  if (values.json) console.log(JSON.stringify({ arms: opened.map(describe) }))
  else for (const arm of opened) run(`${arm.arm.name} status`)
}

try {
  main()
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
}
