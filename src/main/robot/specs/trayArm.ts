import { GRIPPER_RANGE_UNITS, HOME_POSITION, METRES_PER_UNIT, Z_HIGH } from '@shared/domain/benchWorld'
import type { ArmGeometry, RobotJoint, RobotSpec, WorkspaceBox } from '@shared/domain/robot'
import { inverseKinematics } from '@shared/kinematics/verticalTool'

/**
 * The arm over the TrayPick bench. It exists only in the simulator, so its limits are no data sheet's: they
 * are 1.3 times what the scripted experts ask of each joint when every action is a straight line of 100 ms
 * that starts and stops at once (accelerations no geared servo could follow). `trayArm.test.ts` measures it.
 */

const LOOP_RATE_HZ = 50
/** A command may be this many ticks of full speed away: a read that failed once or twice is no jump. */
const JUMP_TICKS = 3

/** On the operator's side of the tray; the workspace keeps clear of the stretched arm and of the yaw axis. */
const geometry: ArmGeometry = {
  kind: 'verticalTool',
  base: [0.125, 0.38, 0.16],
  upperArmMetres: 0.24,
  forearmMetres: 0.22,
  toolMetres: 0.1
}

const workspace: WorkspaceBox = {
  min: [GRIPPER_RANGE_UNITS.min * METRES_PER_UNIT, GRIPPER_RANGE_UNITS.min * METRES_PER_UNIT, 0],
  max: [
    GRIPPER_RANGE_UNITS.max * METRES_PER_UNIT,
    GRIPPER_RANGE_UNITS.max * METRES_PER_UNIT,
    Z_HIGH * METRES_PER_UNIT
  ]
}

function homeJoints(): readonly [number, number, number, number] {
  const joints = inverseKinematics(geometry, [
    HOME_POSITION.x * METRES_PER_UNIT,
    HOME_POSITION.y * METRES_PER_UNIT,
    Z_HIGH * METRES_PER_UNIT
  ])
  if (!joints.ok) throw new RangeError(`tray-arm: home is out of reach: ${joints.error.message}`)
  return joints.value
}

const joint = (
  options: Omit<RobotJoint, 'maxJump' | 'rest' | 'centre' | 'motors' | 'gripperRange'>
): RobotJoint => ({
  ...options,
  maxJump: (JUMP_TICKS * options.maxVelocityPerSec) / LOOP_RATE_HZ,
  rest: options.home,
  centre: (options.min + options.max) / 2,
  motors: [],
  gripperRange: null
})

const [baseHome, shoulderHome, elbowHome, wristHome] = homeJoints()

export const trayArm: RobotSpec & { readonly geometry: ArmGeometry } = {
  name: 'tray-arm',
  title: 'Tray arm (simulated)',
  driver: 'sim',
  role: 'follower',
  actuated: true,
  units: { angle: 'rad', length: 'm', time: 's', gripper: 'ratio' },
  loopRateHz: LOOP_RATE_HZ,
  baudRate: null,
  arms: [{ prefix: '', bus: null, mount: { xyz: [0, 0, 0], rpy: [0, 0, 0] } }],
  joints: [
    joint({
      name: 'base',
      kind: 'revolute',
      min: -1,
      max: 1,
      maxVelocityPerSec: 5.3,
      maxAccelerationPerSec2: 270,
      home: baseHome
    }),
    joint({
      name: 'shoulder',
      kind: 'revolute',
      min: 0.1,
      max: 1.4,
      maxVelocityPerSec: 4.9,
      maxAccelerationPerSec2: 430,
      home: shoulderHome
    }),
    joint({
      name: 'elbow',
      kind: 'revolute',
      min: -2.7,
      max: -0.8,
      maxVelocityPerSec: 6.4,
      maxAccelerationPerSec2: 320,
      home: elbowHome
    }),
    joint({
      name: 'wrist_lift',
      kind: 'revolute',
      min: -1.2,
      max: 0.5,
      maxVelocityPerSec: 7.1,
      maxAccelerationPerSec2: 440,
      home: wristHome
    }),
    joint({
      name: 'gripper',
      kind: 'gripper',
      min: 0,
      max: 1,
      maxVelocityPerSec: 13,
      maxAccelerationPerSec2: 650,
      home: 1
    })
  ],
  workspace,
  geometry,
  torque: { onExit: 'hold', onFault: 'hold' },
  thresholds: {},
  cameras: [
    { name: 'top', mount: 'above the bench' },
    { name: 'wrist', mount: 'around the gripper' }
  ],
  lerobot: null,
  notes: []
}
