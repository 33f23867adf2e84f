import { z } from 'zod'
import { cameraAssignment, cameraName, camerasView, wantedCamera } from '../domain/camera'
import { cameraImage } from './ports'

/** Messages on the capture window's ports to the operator's window and to the policy. */

export const uiToCapture = z.discriminatedUnion('type', [
  /** This device under this name from now on; also to change how. */
  z.object({ type: z.literal('assign'), assignment: cameraAssignment }),
  z.object({ type: z.literal('unassign'), name: cameraName }),
  /** Looks for devices again, and tries again what could not be opened. */
  z.object({ type: z.literal('refresh') })
])
export type UiToCapture = z.infer<typeof uiToCapture>

export const captureToUi = z.discriminatedUnion('type', [
  z.object({ type: z.literal('cameras'), view: camerasView }),
  /** As the policy sees it, a few times a second. */
  z.object({ type: z.literal('preview'), image: cameraImage })
])
export type CaptureToUi = z.infer<typeof captureToUi>

export const captureToPolicy = z.discriminatedUnion('type', [
  /** These cameras are devices: their pictures stand for those of the bench. */
  z.object({ type: z.literal('assigned'), names: z.array(cameraName) }),
  /** The newest picture, cropped and resized. Comes only while the camera is sound. */
  z.object({ type: z.literal('frame'), image: cameraImage })
])
export type CaptureToPolicy = z.infer<typeof captureToPolicy>

export const policyToCapture = z.discriminatedUnion('type', [
  z.object({ type: z.literal('wanted'), cameras: z.array(wantedCamera) })
])
export type PolicyToCapture = z.infer<typeof policyToCapture>
