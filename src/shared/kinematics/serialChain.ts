import type { SerialChainGeometry } from '../domain/robot'
import { at, IDENTITY, rotatedComponent, rotationFromRpy, writeAxisRotation, writeProduct } from './rotation'
import type { Vec3 } from './verticalTool'

/**
 * Forward kinematics and geometric Jacobian of a chain of revolute joints. Everything is computed into arrays
 * made once, so that a chain costs the garbage collector nothing at 50–200 Hz; a chain therefore serves one
 * caller at a time, who reads what the last `update` left.
 */
export interface SerialChain {
  readonly jointCount: number
  /** No posture takes the tool further from the first joint, metres. */
  readonly reachMetres: number
  /** Origin of the first joint, metres: it never moves. */
  readonly root: Vec3
  /** Computes everything below for `joints` (rad, one per link). */
  update(joints: ArrayLike<number>): void
  /** Of the tool, metres: 3. */
  readonly position: Float64Array
  /** Of the tool: 9, row-major. */
  readonly rotation: Float64Array
  /** Of each joint, metres in the base frame: 3 per joint. */
  readonly origins: Float64Array
  /** Around which each joint turns, unit vectors in the base frame: 3 per joint. */
  readonly axes: Float64Array
  /** How far the tool moves (metres) per radian of each joint: 3 rows of `jointCount`. Call after `update`. */
  writeLinearJacobian(out: Float64Array): void
}

export function createSerialChain({ links, tool }: SerialChainGeometry): SerialChain {
  const count = links.length
  const rotations = links.map(({ rpy }) => rotationFromRpy(rpy))
  const toolRotation = rotationFromRpy(tool.rpy)
  const position = new Float64Array(3)
  const rotation = new Float64Array(9)
  const origins = new Float64Array(3 * count)
  const axes = new Float64Array(3 * count)
  const here = new Float64Array(9)
  const turned = new Float64Array(9)
  const jointTurn = new Float64Array(9)

  const lengths = [...links.slice(1).map(({ xyz }) => xyz), tool.xyz].map((xyz) => Math.hypot(...xyz))

  return {
    jointCount: count,
    reachMetres: lengths.reduce((sum, length) => sum + length, 0),
    root: links[0]?.xyz ?? [0, 0, 0],
    position,
    rotation,
    origins,
    axes,

    update(joints) {
      here.set(IDENTITY)
      let [x, y, z] = [0, 0, 0]
      for (let index = 0; index < count; index++) {
        const link = links[index] as (typeof links)[number]
        const [tx, ty, tz] = link.xyz
        x += rotatedComponent(here, 0, tx, ty, tz)
        y += rotatedComponent(here, 1, tx, ty, tz)
        z += rotatedComponent(here, 2, tx, ty, tz)
        writeProduct(turned, here, rotations[index] as readonly number[])
        const [ax, ay, az] = link.axis
        for (let row = 0; row < 3; row++) axes[3 * index + row] = rotatedComponent(turned, row, ax, ay, az)
        origins[3 * index] = x
        origins[3 * index + 1] = y
        origins[3 * index + 2] = z
        writeAxisRotation(jointTurn, link.axis, at(joints, index))
        writeProduct(here, turned, jointTurn)
      }
      const [tx, ty, tz] = tool.xyz
      position[0] = x + rotatedComponent(here, 0, tx, ty, tz)
      position[1] = y + rotatedComponent(here, 1, tx, ty, tz)
      position[2] = z + rotatedComponent(here, 2, tx, ty, tz)
      writeProduct(rotation, here, toolRotation)
    },

    writeLinearJacobian(out) {
      for (let index = 0; index < count; index++) {
        const [ax, ay, az] = [at(axes, 3 * index), at(axes, 3 * index + 1), at(axes, 3 * index + 2)]
        const dx = at(position, 0) - at(origins, 3 * index)
        const dy = at(position, 1) - at(origins, 3 * index + 1)
        const dz = at(position, 2) - at(origins, 3 * index + 2)
        out[index] = ay * dz - az * dy
        out[count + index] = az * dx - ax * dz
        out[2 * count + index] = ax * dy - ay * dx
      }
    }
  }
}
