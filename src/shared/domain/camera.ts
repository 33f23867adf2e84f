import { z } from 'zod'

/** Camera devices, and which of them a policy (or a recording) looks through under which name. */

/** A device is found again by `deviceId`; where the system has made a new one of it, by its label. */
export const cameraDevice = z.object({ deviceId: z.string().min(1).max(200), label: z.string().max(300) })
export type CameraDevice = z.infer<typeof cameraDevice>

/** A camera's name goes into topics and file names. */
export const cameraName = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9_-]{0,39}$/)

const share = z.number().min(0).max(1)
/** Of the picture: left and top edge, width and height as shares of it. */
export const cameraCrop = z.object({ x: share, y: share, width: share.min(0.05), height: share.min(0.05) })
export type CameraCrop = z.infer<typeof cameraCrop>
export const WHOLE_PICTURE: CameraCrop = { x: 0, y: 0, width: 1, height: 1 }

export const cameraAssignment = z.object({
  name: cameraName,
  device: cameraDevice,
  /** Asked of the device, which may give another size. */
  width: z.int().min(16).max(7680),
  height: z.int().min(16).max(4320),
  framesPerSecond: z.int().min(1).max(120),
  /** What the policy sees of it; recordings keep the whole picture. */
  crop: cameraCrop,
  /** Settings of the device by name (exposureTime, brightness, …); a missing one is the device's own business. */
  controls: z.record(z.string(), z.number())
})
export type CameraAssignment = z.infer<typeof cameraAssignment>

export const cameraAssignments = z.array(cameraAssignment).max(16)

/** `frozen`: the same picture again and again; `silent`: no picture at all; `away`: the device is gone. */
export const cameraState = z.enum(['opening', 'live', 'frozen', 'silent', 'away', 'refused'])
export type CameraState = z.infer<typeof cameraState>

/** Something of a device that can be set. */
export const cameraControl = z.object({
  name: z.string(),
  min: z.number(),
  max: z.number(),
  step: z.number(),
  value: z.number()
})
export type CameraControl = z.infer<typeof cameraControl>

export const cameraView = z.object({
  assignment: cameraAssignment,
  state: cameraState,
  /** Why, in words; empty while it is live. */
  reason: z.string(),
  /** As it comes. */
  width: z.int().nullable(),
  height: z.int().nullable(),
  measuredFps: z.number().nullable(),
  /** Of the newest picture, on the main side's clock. */
  capturedNanos: z.number().nullable(),
  controls: z.array(cameraControl)
})
export type CameraView = z.infer<typeof cameraView>

/** A camera as the policy wants it. */
export const wantedCamera = z.object({ name: cameraName, width: z.int().min(1), height: z.int().min(1) })
export type WantedCamera = z.infer<typeof wantedCamera>

export const camerasView = z.object({
  devices: z.array(cameraDevice),
  cameras: z.array(cameraView),
  /** What the policy in use looks through. */
  wanted: z.array(wantedCamera),
  /** Why devices can't be listed; null when they can. */
  failure: z.string().nullable()
})
export type CamerasView = z.infer<typeof camerasView>
