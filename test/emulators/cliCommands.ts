import { type FaultPlan } from './faults'
import { type OpenArm } from './arms'
import { trips } from './servo'

/** What `npm run emulator` understands on standard input and after `--fault`. */
interface Command {
  /** Shown by `help`. */
  readonly usage: string
  readonly about: string
  /** Throws a CommandError for arguments it can't use; returns what to print. */
  run(arm: OpenArm, args: readonly string[]): string | void
}

/** Bad input, in words for the person who typed it. */
export class CommandError extends Error {}

function number(text: string | undefined, what: string, min: number, max: number): number {
  const value = text ? Number(text) : NaN
  if (value >= min && value <= max) return value
  throw new CommandError(`${what} is a number from ${min} to ${max}, not “${text ?? ''}”`)
}

function onOff(text: string | undefined): boolean {
  if (text === 'on' || text === 'off') return text === 'on'
  throw new CommandError(`on or off, not “${text ?? ''}”`)
}

function onServo({ pty }: OpenArm, id: string | undefined, act: (servo: ServoOf) => void): void {
  pty.use((bus) => {
    const servo = bus.servos.find((candidate) => candidate.id === Number(id))
    if (!servo)
      throw new CommandError(`no motor ${id ?? ''}; there are ${bus.servos.map((s) => s.id).join(', ')}`)
    act(servo)
  })
}
export type ServoOf = OpenArm['arm']['bus']['servos'][number]

const probability = (key: keyof FaultPlan, about: string): Command => ({
  usage: `${key} PROBABILITY`,
  about,
  run: ({ pty }, [text]) => pty.use((bus) => bus.setFaults({ [key]: number(text, key, 0, 1) }))
})

const status = ({ arm, pty }: OpenArm): string =>
  [
    `${arm.name}: ${pty.path} → ${pty.devicePath ?? 'unplugged'}`,
    ...pty.use((bus) =>
      bus.servos.map((servo) => {
        const { ticks, torque, temperatureC } = servo.motor
        const state = `torque ${servo.peek('torqueEnable') ? 'on ' : 'off'} ${(100 * torque).toFixed(0)} %`
        const place = `position ${servo.peek('presentPosition')} (joint at ${ticks.toFixed(0)})`
        return `  ${servo.id} ${servo.name}: ${place}, ${state}, ${temperatureC.toFixed(0)} °C${servo.listens ? '' : ', silent'}`
      })
    )
  ].join('\n')

export const commands: Readonly<Record<string, Command>> = {
  status: { usage: 'status', about: 'where the motors are', run: status },
  unplug: { usage: 'unplug', about: 'pull the USB cable', run: ({ pty }) => pty.unplug() },
  replug: {
    usage: 'replug',
    about: 'plug it in again, under another number',
    run: ({ pty }) => `${pty.path} → ${pty.replug()}`
  },
  power: {
    usage: 'power on|off',
    about: 'motor supply; off drops torque and RAM',
    run: ({ pty }, [text]) => pty.use((bus, nowNanos) => bus.setPower(onOff(text), nowNanos))
  },
  dead: {
    usage: 'dead ID',
    about: 'the motor no longer answers',
    run: (arm, [id]) => onServo(arm, id, (servo) => servo.setDead(true))
  },
  revive: {
    usage: 'revive ID',
    about: 'it answers again',
    run: (arm, [id]) => onServo(arm, id, (servo) => servo.setDead(false))
  },
  push: {
    usage: 'push ID TORQUE',
    about: 'a hand pushes with a fraction of stall torque, −1…1; 0 lets go',
    run: (arm, [id, text]) => onServo(arm, id, (servo) => servo.motor.push(number(text, 'torque', -1, 1)))
  },
  jam: {
    usage: 'jam ID on|off',
    about: 'something holds the joint',
    run: (arm, [id, text]) => onServo(arm, id, (servo) => servo.motor.jam(onOff(text)))
  },
  place: {
    usage: 'place ID TICKS',
    about: 'a hand moves the joint (ticks before any offset)',
    run: (arm, [id, text]) => onServo(arm, id, (servo) => servo.motor.place(number(text, 'ticks', -1e6, 1e6)))
  },
  stuck: {
    usage: 'stuck ID on|off',
    about: 'the encoder repeats itself',
    run: (arm, [id, text]) => onServo(arm, id, (servo) => servo.motor.stickEncoder(onOff(text)))
  },
  ...Object.fromEntries(
    trips.map((cause) => [
      cause,
      {
        usage: `${cause} ID`,
        about: `the motor detects ${cause === 'encoder' ? 'an encoder fault' : cause === 'voltage' ? 'a wrong voltage' : cause}`,
        run: (arm, [id]) => onServo(arm, id, (servo) => servo.trip(cause))
      } satisfies Command
    ])
  ),
  drop: probability('drop', 'answers get lost'),
  dropInstruction: probability('dropInstruction', 'instructions get lost'),
  corrupt: probability('corrupt', 'answers with a flipped bit'),
  split: probability('split', 'answers in two pieces'),
  delay: probability('delay', 'answers 30 ms late'),
  garbage: probability('garbage', 'random bytes before answers')
}

const help = (): string =>
  [
    'The first arm is meant unless a line starts with another one’s name.',
    ...Object.values(commands).map(({ usage, about }) => `  ${usage.padEnd(28)}${about}`),
    '  help                        this list',
    '  quit                        end (as Ctrl+C)'
  ].join('\n')

/** Runs one line for one of the arms; throws a CommandError that says what is wrong with it. */
export function runLine(line: string, opened: readonly OpenArm[]): string | void {
  const words = line.trim().split(/\s+/).filter(Boolean)
  const named = opened.find(({ arm }) => arm.name === words[0])
  const arm = named ?? opened[0]
  const [verb, ...args] = named ? words.slice(1) : words
  if (verb === undefined || !arm) return
  if (verb === 'help') return help()
  const command = Object.hasOwn(commands, verb) ? commands[verb] : undefined
  if (!command) throw new CommandError(`“${verb}” is no command: try help`)
  return command.run(arm, args)
}

/** `drop=0.05,dead=3,push=2:0.5` as command lines. */
export const faultLines = (faults: string): string[] =>
  faults
    .split(',')
    .filter(Boolean)
    .map((fault) => fault.replace('=', ' ').replaceAll(':', ' '))
