import type { Fault } from '@shared/domain/fault'
import { ok, type Result } from '@shared/domain/result'
import { openSerial } from '../transports/serial'
import { createServoBus, type ServoBus, type ServoBusOptions } from './servoBus'
import { SERVO_FAMILIES, type ServoFamily, type ServoFamilyName } from './servoFamily'

/** A servo bus on an open serial port. */
export interface BusLine {
  readonly bus: ServoBus
  readonly family: ServoFamily
  close(): Promise<void>
}

export interface BusLineOptions extends Pick<ServoBusOptions, 'nowNanos' | 'later' | 'patienceMillis'> {
  readonly path: string
  readonly baud: number
  readonly family: ServoFamilyName
}

/** Only opens. Faults are those of `openSerial`. */
export async function openBusLine(options: BusLineOptions): Promise<Result<BusLine, Fault>> {
  const family = SERVO_FAMILIES[options.family]
  let bus: ServoBus | null = null
  const opened = await openSerial(
    { path: options.path, baud: options.baud },
    { onBytes: (bytes) => bus?.receive(bytes), onLost: (message) => bus?.lost(message) }
  )
  if (!opened.ok) return opened
  bus = createServoBus({ ...options, protocol: family.protocol, transport: opened.value })
  const lost = bus.lost
  return ok({
    bus,
    family,
    async close() {
      // Whoever still waits for an answer learns that there will be none.
      lost(`${options.path} was closed`)
      await opened.value.close()
    }
  })
}
