import type { BenchSceneView } from '@shared/domain/bench'
import { BLOCK_SIZE_UNITS } from '@shared/domain/benchWorld'
import type { ArmGeometry } from '@shared/domain/robot'
import { forwardKinematics } from '@shared/kinematics/verticalTool'
import type { Palette } from '../composables/usePalette'
import { metresToUnits, roundedRect, type BenchCanvas } from './benchCanvas'
import { drawBlock } from './drawBench'

/** Where the arm is, bench units; `opening` 0 closed … 1 open. */
export interface ArmDrawing {
  readonly base: readonly [number, number]
  /** Shoulder, elbow, wrist and tool seen from above, with heights. */
  readonly links: readonly (readonly [x: number, y: number, z: number])[]
  readonly tool: readonly [x: number, y: number, z: number]
  readonly opening: number
}

const toUnits = (point: readonly [number, number, number]): [number, number, number] => [
  metresToUnits(point[0]),
  metresToUnits(point[1]),
  metresToUnits(point[2])
]

/** Links of a vertical-tool arm for its joint positions (base, shoulder, elbow, wrist, gripper). */
export function armDrawing(geometry: ArmGeometry, joints: readonly number[]): ArmDrawing {
  const pose = forwardKinematics(geometry, joints.slice(0, 4))
  const tool = toUnits(pose.tool)
  return {
    base: [metresToUnits(geometry.base[0]), metresToUnits(geometry.base[1])],
    links: [toUnits(pose.shoulder), toUnits(pose.elbow), toUnits(pose.wrist)],
    tool,
    opening: joints[4] ?? 1
  }
}

/** How far a shadow falls from what is `z` above the tray, per unit of height. */
const SHADOW = { x: 0.16, y: 0.3 } as const

export function drawArm(canvas: BenchCanvas, arm: ArmDrawing, scene: BenchSceneView, palette: Palette): void {
  const { context, scale } = canvas
  const path = (shadow: boolean): void => {
    context.beginPath()
    ;[...arm.links, arm.tool].forEach(([x, y, z], index) => {
      const px = canvas.x(x + (shadow ? z * SHADOW.x : 0))
      const py = canvas.y(y + (shadow ? z * SHADOW.y : 0))
      if (index === 0) context.moveTo(px, py)
      else context.lineTo(px, py)
    })
  }
  context.save()
  context.lineCap = 'round'
  context.lineJoin = 'round'
  path(true)
  context.strokeStyle = 'rgb(0 0 0 / 20%)'
  context.lineWidth = 0.042 * scale
  context.stroke()
  path(false)
  context.strokeStyle = palette.benchArmEdge
  context.globalAlpha = 0.85
  context.lineWidth = 0.046 * scale
  context.stroke()
  context.strokeStyle = palette.benchArm
  context.globalAlpha = 0.72
  context.lineWidth = 0.036 * scale
  context.stroke()
  context.globalAlpha = 1
  arm.links.forEach(([x, y], index) => {
    context.beginPath()
    context.arc(canvas.x(x), canvas.y(y), (index === 0 ? 0.05 : 0.03) * scale, 0, 2 * Math.PI)
    context.fillStyle = palette.benchArm
    context.fill()
    context.strokeStyle = palette.benchArmEdge
    context.lineWidth = 1.5
    context.stroke()
  })
  context.restore()
  drawGripper(canvas, arm, scene, palette)
}

/** Gripper from above: the held block between two fingers whose gap is the opening, with its height beside it. */
export function drawGripper(
  canvas: BenchCanvas,
  arm: ArmDrawing,
  scene: BenchSceneView,
  palette: Palette
): void {
  const { context, scale } = canvas
  const [x, y, z] = arm.tool
  const held = scene.heldBlock === null ? null : (scene.blocks[scene.heldBlock] ?? null)
  const half = BLOCK_SIZE_UNITS / 2
  context.save()
  context.beginPath()
  context.ellipse(
    canvas.x(x + z * SHADOW.x),
    canvas.y(y + z * SHADOW.y),
    half * 1.15 * scale,
    half * 0.95 * scale,
    0,
    0,
    2 * Math.PI
  )
  context.fillStyle = 'rgb(0 0 0 / 26%)'
  context.fill()
  context.restore()
  if (held !== null) drawBlock(canvas, held, x, y, palette)

  const gap = half * (0.92 + 0.32 * arm.opening)
  const finger = { width: 0.02, height: BLOCK_SIZE_UNITS * 0.72 }
  for (const side of [-1, 1]) {
    const centre = x + side * (gap + finger.width / 2)
    context.fillStyle = palette.benchArm
    context.strokeStyle = palette.benchArmEdge
    context.lineWidth = 1.5
    roundedRect(
      context,
      canvas.x(centre - finger.width / 2),
      canvas.y(y - finger.height / 2),
      finger.width * scale,
      finger.height * scale,
      0.007 * scale
    )
    context.fill()
    context.stroke()
  }
  context.strokeStyle = palette.benchArm
  context.lineWidth = 1.5
  context.beginPath()
  context.moveTo(canvas.x(x - gap), canvas.y(y))
  context.lineTo(canvas.x(x + gap), canvas.y(y))
  context.globalAlpha = held === null ? 0.9 : 0
  context.stroke()
  context.globalAlpha = 1
}
