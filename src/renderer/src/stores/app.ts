import type { HostName } from '@shared/ipc/channels'
import type { AppInfo, HostStatus } from '@shared/ipc/contract'
import { defineStore } from 'pinia'
import { shallowReadonly, shallowRef } from 'vue'

/** What main says of itself and of the hosts it supervises. */
export const useAppStore = defineStore('app', () => {
  const info = shallowRef<AppInfo | null>(null)
  const hosts = shallowRef<Readonly<Partial<Record<HostName, HostStatus>>>>({})

  return {
    info: shallowReadonly(info),
    hosts: shallowReadonly(hosts),
    setInfo(next: AppInfo) {
      info.value = next
      hosts.value = Object.fromEntries(next.hosts.map((host) => [host.name, host]))
    },
    setHost(status: HostStatus) {
      hosts.value = { ...hosts.value, [status.name]: status }
    }
  }
})
