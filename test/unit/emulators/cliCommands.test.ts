import { describe, expect, test } from 'vitest'
import { arms, armSets, type OpenArm } from '../../emulators/arms'
import { CommandError, faultLines, runLine } from '../../emulators/cliCommands'
import { type PtyBus } from '../../emulators/ptyBus'
import { createWireLog } from '../../emulators/pty/wireLog'

/** An arm whose port is only pretended. */
function open(name: keyof typeof arms): OpenArm & { readonly calls: string[] } {
  const arm = arms[name]()
  const calls: string[] = []
  const pty: PtyBus = {
    path: `/tmp/${name}`,
    devicePath: '/dev/pts/7',
    port: { path: '/dev/pts/7', ...arm.identity },
    log: createWireLog(),
    use: (action) => action(arm.bus, 0),
    unplug: () => void calls.push('unplug'),
    replug: () => '/dev/pts/8',
    close: () => undefined
  }
  return { arm, pty, calls }
}

test('faults given as a flag are lines', () => {
  expect(faultLines('drop=0.05,dead=3,push=2:0.5,,unplug')).toEqual([
    'drop 0.05',
    'dead 3',
    'push 2 0.5',
    'unplug'
  ])
})

test('a line acts on the first arm, or on the one it names', () => {
  const [follower, leader] = [open('so101-follower'), open('so101-leader')]
  runLine('dead 3', [follower, leader])
  runLine('so101-leader dead 4', [follower, leader])
  runLine('so101-leader unplug', [follower, leader])
  expect(follower.arm.bus.servos.filter((servo) => !servo.listens).map((servo) => servo.id)).toEqual([3])
  expect(leader.arm.bus.servos.filter((servo) => !servo.listens).map((servo) => servo.id)).toEqual([4])
  expect([follower.calls, leader.calls]).toEqual([[], ['unplug']])
})

test('each command of help does something or says what it lacks', () => {
  const arm = open('koch-follower')
  expect(runLine('help', [arm])).toContain('power on|off')
  expect(runLine('status', [arm])).toContain('shoulder_lift')
  expect(runLine('replug', [arm])).toContain('/dev/pts/8')
  expect(runLine('', [arm])).toBeUndefined()
  for (const line of [
    'push 2 0.1',
    'jam 2 on',
    'place 2 900',
    'stuck 2 on',
    'delay 0.5',
    'power off',
    'power on'
  ])
    runLine(line, [arm])
  expect(arm.arm.bus.servo(2).motor.ticks).toBe(900)
  expect(arm.arm.bus.faults.delay).toBe(0.5)
  runLine('overload 4', [arm])
  expect(arm.arm.bus.servo(4).peek('hardwareErrorStatus')).toBe(32)
})

test.each([
  ['frob', /no command/],
  ['toString', /no command/],
  ['dead', /no motor/],
  ['dead 9', /no motor 9; there are 1, 2/],
  ['push 2 fast', /torque is a number from -1 to 1/],
  ['drop 2', /from 0 to 1/],
  ['power maybe', /on or off/]
])('“%s” is answered with words', (line, message) => {
  expect(() => runLine(line, [open('so101-follower')])).toThrow(CommandError)
  expect(() => runLine(line, [open('so101-follower')])).toThrow(message)
})

describe('ready-made arms', () => {
  test.each(Object.entries(arms))('%s', (name, create) => {
    const arm = create()
    expect(arm.name).toBe(name)
    arm.bus.advance(0)
    const before = arm.bus.servos.map((servo) => servo.peek('presentPosition'))
    arm.bus.advance(5_000_000_000)
    // Nobody has switched torque on: it rests as it stood, within the limits it will be commanded in.
    expect(arm.bus.servos.map((servo) => servo.peek('presentPosition'))).toEqual(before)
    expect(arm.bus.servos.map((servo) => servo.id)).toEqual(arm.motors.map((motor) => motor.id))
    for (const servo of arm.bus.servos) {
      expect(servo.peek('presentPosition')).toBeGreaterThanOrEqual(servo.peek('minPositionLimit'))
      expect(servo.peek('presentPosition')).toBeLessThanOrEqual(servo.peek('maxPositionLimit'))
    }
  })

  test('every set has its arms, every arm its own serial number', () => {
    expect(
      Object.values(armSets)
        .flat()
        .every((name) => name in arms)
    ).toBe(true)
    const serials = Object.values(arms).map((create) => create().identity.serialNumber)
    expect(new Set(serials).size).toBe(serials.length)
  })

  test('models and ids', () => {
    const models = (name: keyof typeof arms): string[] => arms[name]().motors.map((motor) => motor.model)
    expect(models('koch-follower')).toEqual([
      'xl430-w250',
      'xl430-w250',
      ...Array<string>(4).fill('xl330-m288')
    ])
    expect(models('viperx-left')).toEqual([
      ...Array<string>(7).fill('xm540-w270'),
      'xm430-w350',
      'xm430-w350'
    ])
  })

  test('an arm that nobody has set up has ids and nothing else', () => {
    const arm = arms['so101-follower']({ setUp: false })
    expect(arm.bus.servo(6).peek('maxTorqueLimit')).toBe(1000)
    expect(arm.bus.servo(6).peek('homingOffset')).toBe(0)
  })

  test('a shadow motor reads as the joint’s other one', () => {
    const { bus } = arms['viperx-left']()
    expect(bus.servo(3).peek('presentPosition')).toBe(bus.servo(2).peek('presentPosition'))
    expect(bus.servo(5).peek('presentPosition')).toBe(bus.servo(4).peek('presentPosition'))
  })
})
