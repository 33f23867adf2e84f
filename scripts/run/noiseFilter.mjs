import { Transform } from 'node:stream'

/** Lines Chromium writes on healthy machines without a session bus, a GPU or video hardware. */
const noise = [
  /ERROR:bus\.cc\(\d+\)\] Failed to connect to the bus/,
  /ERROR:object_proxy\.cc\(\d+\)\] Failed to call method: org\.freedesktop\./,
  /Exiting GPU process due to errors during initialization/,
  /ERROR:viz_main_impl\.cc\(\d+\)\] Exiting GPU process/,
  /vaInitialize failed/,
  /ERROR:command_buffer_proxy_impl\.cc\(\d+\)\] ContextResult::kTransientFailure/,
  /ERROR:gl_surface_presentation_helper\.cc\(\d+\)\] GetVSyncParametersIfAvailable\(\) failed/,
  /ERROR:gpu_memory_buffer_support_x11\.cc\(\d+\)\] dri3 extension not supported/,
  /libEGL warning: /,
  /MESA: error: ZINK|MESA-LOADER: failed to/,
  /Gtk-WARNING \*\*: .*(?:canberra|atk-bridge)/,
  /^\[OpenH264\] this = \S+, Warning:/,
  /^DevTools listening on ws:/
]

/** Whether a line of Electron's stderr tells the operator nothing. @param {string} line */
export const isNoise = (line) => noise.some((pattern) => pattern.test(line))

/** A text stream that drops noise, line by line, wherever its chunks are cut. */
export function createNoiseFilter() {
  let rest = ''
  return new Transform({
    decodeStrings: false,
    encoding: 'utf8',
    transform(chunk, _encoding, done) {
      const lines = `${rest}${chunk}`.split('\n')
      rest = lines.pop() ?? ''
      for (const line of lines) if (!isNoise(line)) this.push(`${line}\n`)
      done()
    },
    flush(done) {
      if (rest !== '' && !isNoise(rest)) this.push(rest)
      done()
    }
  })
}
