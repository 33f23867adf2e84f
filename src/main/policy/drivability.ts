import type { Manifest } from './manifest'

/** What the robot host takes and gives: the end effector in metres and the gripper's opening. */
const END_EFFECTOR = ['x', 'y', 'z', 'gripper'] as const
const UNITS: Readonly<Record<(typeof END_EFFECTOR)[number], string>> = {
  x: 'm',
  y: 'm',
  z: 'm',
  gripper: 'opening'
}
const GRIPPER = END_EFFECTOR.indexOf('gripper')

export interface CameraSize {
  readonly name: string
  readonly width: number
  readonly height: number
}

/** The arm that is here, and what its cameras give. */
export interface DrivenArm {
  readonly robot: string
  readonly cameras: readonly CameraSize[]
}

/**
 * Why a bundle's policy can't drive the arm that is here, or null: it is made for another one, or its actions are
 * none that this version executes. Such a bundle can still be examined.
 */
export function drivingProblem({ name, robot, dims, cameras }: Manifest, arm: DrivenArm): string | null {
  if (robot.name !== arm.robot) return `The policy ${name} drives ${robot.name}; the arm here is ${arm.robot}`
  const { action, proprioception } = robot
  if (action.kind !== 'endEffectorDelta')
    return `The policy ${name} gives joint positions; this version executes end-effector deltas`
  const problem =
    endEffectorProblem('action', dims.actionDim, action.dimensions) ??
    endEffectorProblem('proprio', dims.proprioDim, proprioception.dimensions)
  if (problem !== null) return problem
  if (action.gripper === undefined || action.gripper.dimension !== GRIPPER)
    return `robot.action.gripper.dimension is ${action.gripper?.dimension ?? 'missing'}; this app executes ${GRIPPER}`
  const unseen = cameras.find(
    (wanted) => !arm.cameras.some((camera) => describe(camera) === describe(wanted))
  )
  return unseen === undefined
    ? null
    : `The policy ${name} looks through ${describe(unseen)}; here are ${arm.cameras.map(describe).join(' and ')}`
}

const describe = ({ name, width, height }: CameraSize): string => `${name} ${width}×${height}`

/** Millimetres taken for metres would be a thousandfold motion: names and units must be the ones executed. */
function endEffectorProblem(
  kind: 'action' | 'proprio',
  size: number,
  dimensions: Manifest['robot']['action']['dimensions']
): string | null {
  const wanted = END_EFFECTOR.length
  if (size !== wanted)
    return `dims.${kind}Dim is ${size}; this version drives end effectors of ${wanted} (${END_EFFECTOR.join(', ')})`
  const field = kind === 'action' ? 'robot.action' : 'robot.proprioception'
  const odd = END_EFFECTOR.findIndex((name, index) => {
    const dimension = dimensions[index]
    return dimension?.name !== name || dimension.unit !== UNITS[name]
  })
  const name = END_EFFECTOR[odd]
  if (name === undefined) return null
  const found = dimensions[odd]
  return `${field}.dimensions.${odd} is ${found?.name} in ${found?.unit}; this app executes ${name} in ${UNITS[name]}`
}
