import { text } from 'node:stream/consumers'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createNoiseFilter, isNoise } from '../../../scripts/run/noiseFilter.mjs'

const noise = [
  '[12:0101/0:ERROR:bus.cc(399)] Failed to connect to the bus: Failed to connect to socket /run/dbus/system_bus_socket',
  '[12:0101/0:ERROR:object_proxy.cc(577)] Failed to call method: org.freedesktop.portal.Settings.Read: object_path= /x',
  '[12:0101/0:ERROR:viz_main_impl.cc(186)] Exiting GPU process due to errors during initialization',
  '[12:0101/0:ERROR:command_buffer_proxy_impl.cc(128)] ContextResult::kTransientFailure: Failed to send',
  '[12:0101/0:ERROR:vaapi_wrapper.cc(1171)] vaInitialize failed: unknown libva error',
  'DevTools listening on ws://127.0.0.1:1/devtools/browser/x'
]
const worthReading = [
  'policy host: bundle refused, output "action" has shape [1,8,5]',
  '[12:0101/0:FATAL:zygote_host_impl_linux.cc(127)] No usable sandbox!',
  '[12:0101/0:ERROR:gpu_process_host.cc(991)] GPU process exited unexpectedly: exit_code=139',
  'Error: ENOSPC: no space left on device'
]

test.each(noise)('noise: %s', (line) => expect(isNoise(line)).toBe(true))
test.each(worthReading)('kept: %s', (line) => expect(isNoise(line)).toBe(false))

/** What the filter lets through of a text written in pieces of the given lengths. */
function filtered(whole: string, pieces: readonly number[]): Promise<string> {
  const filter = createNoiseFilter()
  const received = text(filter)
  let start = 0
  for (const length of pieces) {
    filter.write(whole.slice(start, start + length))
    start += length
  }
  filter.end(whole.slice(start))
  return received
}

const asLines = (lines: readonly string[]) => lines.map((line) => `${line}\n`).join('')

test('wherever chunks are cut, exactly the noise is dropped', async () => {
  const lines = fc.array(fc.constantFrom(...noise, ...worthReading, ''), { maxLength: 8 })
  await fc.assert(
    fc.asyncProperty(lines, fc.array(fc.nat(200), { maxLength: 12 }), async (given, pieces) => {
      const kept = given.filter((line) => !noise.includes(line))
      expect(await filtered(asLines(given), pieces)).toBe(asLines(kept))
    })
  )
})

test('a last line without its end is kept as it is', async () => {
  expect(await filtered('one\ntwo', [5])).toBe('one\ntwo')
})
