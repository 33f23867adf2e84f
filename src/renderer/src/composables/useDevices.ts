import type { DeviceCommand } from '@shared/domain/devices'
import { inject, type InjectionKey } from 'vue'
import type { Client } from '../client/client'
import { useDevicesStore } from '../stores/devices'

/** Asks the robot host for something about devices; the answer is shown at `place`. */
export type AskDevices = (place: string, command: DeviceCommand) => void

export function createDevices(client: Client): AskDevices {
  const devices = useDevicesStore()
  return (place, command) => {
    const request = devices.ask(place)
    if (client.sendRobot({ type: 'device', request, command })) return
    devices.failed(request, {
      severity: 'medium',
      source: 'ui',
      code: 'robotUnreachable',
      message: 'The robot process is not connected',
      tip: 'It restarts by itself: try again when it is back.'
    })
  }
}

export const devicesKey: InjectionKey<AskDevices> = Symbol('devices')

export function useDevices(): AskDevices {
  const ask = inject(devicesKey)
  if (ask === undefined) throw new Error('useDevices: nothing is provided')
  return ask
}
