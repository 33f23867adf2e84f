import { type XArmSpec, type XJoint } from './xArm'

/**
 * Koch v1.1. Follower: ids 1–2 XL430-W250, 3–6 XL330-M288; leader: XL330-M077; extended position mode, grippers in
 * current-based position mode (LeRobot, koch_follower and koch_leader). Offsets, loads and poses are made up, in the size
 * of real ones; both adapters are the Waveshare board of its bill of materials.
 */
const jointNames = [
  'shoulder_pan',
  'shoulder_lift',
  'elbow_flex',
  'wrist_flex',
  'wrist_roll',
  'gripper'
] as const

const poses = {
  follower: { offsets: [-217, 1039, 866, 388, 702, -940], starts: [2047, 1150, 2980, 2600, 2047, 1700] },
  leader: { offsets: [611, -1302, 95, -803, 1404, 260], starts: [2047, 1180, 2940, 2560, 2047, 2100] }
} as const
/** What the shoulder and the elbow carry. */
const loads: Readonly<Record<string, number>> = { shoulder_lift: 0.12, elbow_flex: 0.08 }

function joints(side: 'follower' | 'leader'): XJoint[] {
  const { offsets, starts } = poses[side]
  return jointNames.map((name, index) => ({
    name,
    model: side === 'leader' ? 'xl330-m077' : index < 2 ? 'xl430-w250' : 'xl330-m288',
    operatingMode: name === 'gripper' ? 5 : 4,
    homingOffset: offsets[index] ?? 0,
    start: starts[index] ?? 2047,
    load: side === 'leader' ? 0.02 : (loads[name] ?? 0),
    // Assumed: the gears hold a folded arm up.
    friction: side === 'leader' ? 0.03 : 0.14
  }))
}

export const kochFollower: XArmSpec = {
  name: 'koch-follower',
  identity: { serialNumber: '58FA083201', vendorId: '1a86', productId: '55d3', manufacturer: '1a86' },
  joints: joints('follower')
}

export const kochLeader: XArmSpec = {
  name: 'koch-leader',
  identity: { serialNumber: '58FA083202', vendorId: '1a86', productId: '55d3', manufacturer: '1a86' },
  joints: joints('leader')
}
