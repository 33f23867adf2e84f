/** Channel and port names, apart from their schemas so that the preload bundles no parser. */
export const INVOKE_CHANNELS = [
  'app:info',
  'ports:connect',
  'ui:frames',
  'ui:fault',
  'ui:pointerOverStop',
  'export:choose',
  'import:choose',
  'chart:save',
  'bundle:choose',
  'bundle:recent',
  'bundle:forget',
  'bundle:examine',
  'bundle:compare',
  'bundle:cancel',
  'bundle:use'
] as const
export type InvokeChannel = (typeof INVOKE_CHANNELS)[number]

export const EVENT_CHANNELS = ['hosts:status', 'app:fault', 'bundle:progress'] as const
export type EventChannel = (typeof EVENT_CHANNELS)[number]

/** Supervised host processes. */
export const HOST_NAMES = ['robot', 'policy', 'recorder'] as const
export type HostName = (typeof HOST_NAMES)[number]

/** Ports the preload forwards to the UI with `window.postMessage`. */
export const PORT_NAMES = [...HOST_NAMES, 'capture'] as const
export type PortName = (typeof PORT_NAMES)[number]

/** Ports of the capture window. */
export const CAPTURE_PORTS = [...HOST_NAMES, 'ui'] as const
export type CapturePort = (typeof CAPTURE_PORTS)[number]

/** What the capture window may ask of main. */
export const CAPTURE_CHANNELS = ['capture:load', 'capture:keep', 'capture:fault'] as const
export type CaptureChannel = (typeof CAPTURE_CHANNELS)[number]

/** Main → preload channel that carries a brokered port; `data.type` of the forwarded window message. */
export const PORT_CHANNEL = 'depthdeck:port'
