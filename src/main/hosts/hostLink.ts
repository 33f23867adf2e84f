import type { MessageEvent, MessagePortMain } from 'electron'
import type { z } from 'zod'
import type { Fault } from '@shared/domain/fault'
import { mainToHost, type HostPeer, type HostToMain, type MainToHost } from '@shared/ipc/hosts'

/** A host's links: to main, and to its peers through brokered ports. Every incoming message is parsed. */
export interface HostLink {
  toMain(message: HostToMain): void
  fault(fault: Fault): void
}

export interface HostLinkOptions {
  readonly source: 'robot' | 'policy' | 'recorder'
  /** Everything main says, except ports. */
  readonly onMain: (message: MainToHost) => void
  readonly onPort: (peer: HostPeer, port: MessagePortMain) => void
}

export function createHostLink({ source, onMain, onPort }: HostLinkOptions): HostLink {
  const toMain = (message: HostToMain): void => process.parentPort.postMessage(message)
  const fault = (next: Fault): void => toMain({ type: 'fault', fault: next })

  process.parentPort.on('message', (event) => {
    const parsed = mainToHost.safeParse(event.data)
    if (!parsed.success) {
      fault({
        severity: 'medium',
        source,
        code: 'malformedMessage',
        message: `A malformed message from main was ignored: ${parsed.error.message}`,
        tip: 'Please report this; the app goes on.'
      })
      return
    }
    const [port] = event.ports
    if (parsed.data.type !== 'port') return onMain(parsed.data)
    if (port) onPort(parsed.data.peer, port)
  })
  process.on('uncaughtException', (error) => {
    fault({
      severity: 'high',
      source,
      code: 'unexpected',
      message: `Unexpected error in the ${source} process: ${error.stack ?? error.message}`,
      tip: 'The process restarts; please report this.'
    })
    process.exit(1)
  })
  return { toMain, fault }
}

/** A peer behind a port that may come, go and come again. What is sent while nobody listens is dropped. */
export interface Peer<Out> {
  attach(port: MessagePortMain): void
  send(message: Out): void
}

export function createPeer<In, Out>(options: {
  readonly schema: z.ZodType<In>
  readonly onMessage: (message: In) => void
  readonly onMalformed: (detail: string) => void
  readonly onAttached: () => void
  readonly onClosed: () => void
}): Peer<Out> {
  let current: MessagePortMain | null = null
  return {
    attach(port) {
      current?.close()
      current = port
      port.on('message', (event: MessageEvent) => {
        const parsed = options.schema.safeParse(event.data)
        if (parsed.success) options.onMessage(parsed.data)
        else options.onMalformed(parsed.error.message)
      })
      port.on('close', () => {
        if (current !== port) return
        current = null
        options.onClosed()
      })
      port.start()
      options.onAttached()
    },
    send: (message) => current?.postMessage(message)
  }
}
