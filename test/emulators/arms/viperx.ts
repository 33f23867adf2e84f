import { type XArmSpec, type XJoint } from './xArm'

/**
 * ViperX-300 6DOF: ids 1–7 XM540-W270, 8–9 XM430-W350 (Trossen's documentation, and LeRobot's ALOHA configuration). The
 * pair is ALOHA's two followers, each on an adapter of its own. Shadows share the shoulder's and the elbow's joint by
 * Secondary_ID and reverse mode; the emulated motors of one joint are not coupled mechanically.
 *
 * Assumptions, from memory of Interbotix's vx300s motor configuration: position limits and which motors are reversed.
 * Poses and loads are made up: a sleeping arm.
 */
const joints: readonly XJoint[] = [
  { name: 'waist', model: 'xm540-w270', operatingMode: 3, start: 2048 },
  { ...shoulder('shoulder'), reversed: false },
  { ...shoulder('shoulder_shadow'), reversed: true, secondaryId: 2 },
  { ...elbow('elbow'), reversed: false },
  { ...elbow('elbow_shadow'), reversed: true, secondaryId: 4 },
  { name: 'forearm_roll', model: 'xm540-w270', operatingMode: 3, start: 2048 },
  {
    name: 'wrist_angle',
    model: 'xm540-w270',
    operatingMode: 3,
    start: 2500,
    minPositionLimit: 910,
    maxPositionLimit: 3447
  },
  { name: 'wrist_rotate', model: 'xm430-w350', operatingMode: 3, start: 2048 },
  { name: 'gripper', model: 'xm430-w350', operatingMode: 5, start: 1700 }
]

function shoulder(name: string): XJoint {
  return {
    name,
    model: 'xm540-w270',
    operatingMode: 3,
    start: 900,
    minPositionLimit: 819,
    maxPositionLimit: 3345,
    load: 0.12,
    // Assumed: the gears hold a folded arm up.
    friction: 0.15
  }
}

function elbow(name: string): XJoint {
  return {
    ...shoulder(name),
    start: 3050,
    minPositionLimit: 648,
    maxPositionLimit: 3094,
    load: 0.08
  }
}

/** ROBOTIS U2D2: an FT232H. */
const adapter = (serialNumber: string) => ({
  serialNumber,
  vendorId: '0403',
  productId: '6014',
  manufacturer: 'FTDI'
})

export const viperxLeft: XArmSpec = { name: 'viperx-left', identity: adapter('FT6S4DSA'), joints }
export const viperxRight: XArmSpec = { name: 'viperx-right', identity: adapter('FT6S4DSB'), joints }
