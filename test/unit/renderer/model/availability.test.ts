import type { IterationRecord } from '@shared/domain/policy'
import { describe, expect, test } from 'vitest'
import {
  availability,
  COMMANDS,
  mainCommand,
  type CommandName,
  type Situation
} from '../../../../src/renderer/src/model/availability'
import { predictionView, robotSnapshot } from '../support/samples'

const robot = robotSnapshot()
const inRun = (change: object = {}): Situation['robot'] => ({
  ...robot,
  engaged: true,
  run: { ...robot.run, phase: { kind: 'running' } },
  ...change
})
const prediction = predictionView({ k: 4 })
const base: Situation = {
  robot: inRun(),
  refinement: { kind: 'refining', k: 4 },
  prediction,
  shownK: 4,
  browsing: false,
  edited: false,
  continueFrom: null,
  policyFailed: false
}
const paused: Situation = {
  ...base,
  robot: inRun({ motion: { kind: 'paused' } }),
  refinement: { kind: 'paused', k: 4, reason: 'operator' }
}
const withoutChunkAt = (k: number) => (iteration: IterationRecord) =>
  iteration.k === k ? { ...iteration, chunk: null } : iteration
const held = { kind: 'held', cause: { code: 'x', message: 'y' } } as const
const midQueue = inRun({ motion: { kind: 'paused' }, queue: { prediction: 0, action: 2, horizon: 8 } })
const open = (situation: Situation): CommandName[] =>
  COMMANDS.filter((name) => availability(situation)[name] === null)

describe('available commands', () => {
  test.each<[string, Situation, CommandName[]]>([
    ['nothing connected', { ...base, robot: null, shownK: 0 }, ['browse']],
    [
      'ready',
      { ...base, robot, refinement: { kind: 'idle' }, prediction: null, shownK: 1 },
      ['pause', 'browse', 'start', 'newScene', 'home', 'takeOver']
    ],
    [
      'refining',
      base,
      ['pause', 'back', 'haltNow', 'reseed', 'reject', 'browse', 'takeOver', 'endEpisode', 'discard']
    ],
    [
      'held by the policy, the robot not yet',
      { ...base, refinement: { kind: 'held', k: 4, cause: 'NaN' } },
      ['pause', 'back', 'browse', 'takeOver', 'endEpisode', 'discard']
    ],
    [
      'held: the engine has gone idle',
      { ...base, robot: inRun({ motion: held }), refinement: { kind: 'idle' }, prediction: null },
      ['pause', 'resume', 'back', 'browse', 'home', 'takeOver', 'endEpisode', 'discard']
    ],
    [
      'paused in the middle of a queue',
      { ...paused, robot: midQueue },
      [
        'resume',
        'step',
        'back',
        'converge',
        'reseed',
        'reject',
        'browse',
        'home',
        'takeOver',
        'endEpisode',
        'discard'
      ]
    ],
    [
      'executing',
      { ...base, refinement: { kind: 'decided', k: 4 } },
      ['pause', 'back', 'browse', 'takeOver', 'endEpisode', 'discard']
    ],
    [
      'executing, with the robot in a chunk: what is left of it can be rejected',
      {
        ...base,
        robot: inRun({ motion: { kind: 'executing' }, queue: { prediction: 0, action: 2, horizon: 8 } }),
        refinement: { kind: 'decided', k: 4 }
      },
      ['pause', 'back', 'reject', 'browse', 'takeOver', 'endEpisode', 'discard']
    ],
    [
      'paused',
      paused,
      [
        'resume',
        'step',
        'back',
        'converge',
        'haltNow',
        'reseed',
        'reject',
        'browse',
        'home',
        'takeOver',
        'endEpisode',
        'discard'
      ]
    ],
    [
      'paused, edited: commit or discard first',
      { ...paused, edited: true },
      ['override', 'takeOver', 'endEpisode', 'discard']
    ],
    [
      'paused, edited, rule fired',
      {
        ...paused,
        edited: true,
        prediction: { ...prediction, converged: { k: 4, reason: 'rule' } }
      },
      ['override', 'takeOver', 'endEpisode', 'discard']
    ],
    [
      'paused mid-queue, edited',
      { ...paused, robot: midQueue, edited: true },
      ['takeOver', 'endEpisode', 'discard']
    ],
    [
      'paused, converged',
      { ...paused, prediction: { ...prediction, converged: { k: 4, reason: 'rule' } } },
      [
        'resume',
        'step',
        'back',
        'haltNow',
        'goBeyond',
        'reseed',
        'reject',
        'browse',
        'home',
        'takeOver',
        'endEpisode',
        'discard'
      ]
    ],
    [
      'paused, looking at the past',
      { ...paused, browsing: true },
      ['resume', 'back', 'browse', 'home', 'takeOver', 'endEpisode', 'discard']
    ],
    [
      'a person drives',
      {
        ...base,
        robot: inRun({ motion: { kind: 'teleop' } }),
        refinement: { kind: 'idle' },
        prediction: null
      },
      ['pause', 'back', 'browse', 'handBack', 'endEpisode', 'discard']
    ],
    [
      'torque off: nothing that moves the arm',
      {
        ...base,
        robot: { ...robot, unready: 'Torque is off' },
        refinement: { kind: 'idle' },
        prediction: null
      },
      ['pause', 'back', 'browse', 'newScene']
    ],
    [
      'stopped',
      { ...paused, robot: inRun({ motion: { kind: 'stopped', cause: { code: 'x', message: 'y' } } }) },
      ['back', 'browse']
    ],
    [
      'reset after a stop',
      { ...base, robot: inRun({ engaged: false }), refinement: { kind: 'idle' }, prediction: null },
      ['pause', 'resume', 'back', 'browse', 'home', 'takeOver', 'endEpisode', 'discard']
    ]
  ])('%s', (_, situation, expected) => expect(open(situation)).toEqual(expected))

  test('no chunk at k = 0 to halt at', () => {
    expect(availability({ ...paused, prediction: predictionView({ k: 0 }) }).haltNow).toBe(
      'No chunk is decoded yet'
    )
  })
  test('the chunk to halt at is the one under the cursor', () => {
    const skipped = { ...prediction, iterations: prediction.iterations.map(withoutChunkAt(3)) }
    const at = (continueFrom: number | null) =>
      availability({ ...paused, prediction: skipped, continueFrom }).haltNow
    expect([null, 2, 3].map(at)).toEqual([null, null, 'No chunk is decoded yet'])
  })

  test.each<[string, Partial<Situation>, CommandName, string]>([
    ['held', { robot: inRun({ motion: held }), refinement: { kind: 'idle' } }, 'reject', 'resume to observe'],
    ['paused mid-queue', { robot: midQueue, refinement: { kind: 'decided', k: 4 } }, 'haltNow', 'middle'],
    ['running', {}, 'start', 'End or discard the running episode first'],
    ['running, paused', { robot: paused.robot }, 'newScene', 'Resume or end the episode first'],
    ['running, disengaged', { robot: inRun({ engaged: false }) }, 'start', 'Resume or end the episode first'],
    ['idle, paused', { robot: { ...robot, motion: { kind: 'paused' } } }, 'start', 'resume first'],
    ['idle, held', { robot: { ...robot, motion: held } }, 'newScene', 'resume first'],
    ['idle, homing', { robot: { ...robot, motion: { kind: 'homing' } } }, 'newScene', 'wait'],
    [
      'idle, stopped',
      { robot: { ...robot, motion: { ...held, kind: 'stopped' } } },
      'start',
      'reset the stop first'
    ],
    [
      'paused, edited',
      { robot: paused.robot, refinement: paused.refinement, edited: true },
      'resume',
      'Commit or discard'
    ],
    [
      'no policy',
      { robot: { ...robot, policyConnected: false }, policyFailed: true },
      'start',
      'could not be loaded'
    ]
  ])('%s: %j → %s says what to do', (_, change, command, text) =>
    expect(availability({ ...base, ...change })[command]).toContain(text)
  )

  test.each<[string, Situation, ReturnType<typeof mainCommand>]>([
    ['nothing under way', { ...base, robot, refinement: { kind: 'idle' }, prediction: null }, null],
    ['homing', { ...base, robot: { ...robot, motion: { kind: 'homing' } }, refinement: null }, 'pause'],
    ['refining', base, 'pause'],
    ['paused', paused, 'resume'],
    ['an edit waits', { ...paused, edited: true }, 'override'],
    ['stopped', { ...paused, robot: inRun({ motion: { ...held, kind: 'stopped' } }) }, null]
  ])('offered first, %s: %s', (_, situation, expected) =>
    expect(mainCommand(situation, availability(situation))).toBe(expected)
  )
})
