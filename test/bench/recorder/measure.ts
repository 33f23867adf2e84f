import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { readInfo } from '../../../src/main/episodes/episodeMetadata'
import { openRecording } from '../../../src/main/episodes/recordingReader'
import { createReplayDesk } from '../../../src/main/episodes/replayDesk'
import { zstdReady } from '../../../src/main/episodes/zstd'
import { repairRecording } from '../../../src/main/recorder/repair'
import { createRandom } from '@shared/random/xoshiro'
import { launchLoad, recordings, type LoadRun } from './launchLoad'
import { wholeNumber } from '../../../src/main/hosts/numberFlag'

/**
 * `npm run bench:recorder`: the recorder under load, then killed at random times, then its files damaged at random.
 * Started by `scripts/benchRecorder.mjs`, which chooses Electron and a display.
 */
interface Options {
  readonly seconds: number
  readonly kills: number
  readonly corrupt: number
  readonly json: string | undefined
}

const sleep = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms))
const nowNanos = (): number => Number(process.hrtime.bigint())
const random = createRandom(20261127)
const launch = (): Promise<LoadRun> =>
  launchLoad({
    electron: JSON.parse(process.env.DEPTHDECK_BENCH_ELECTRON ?? '[]') as string[],
    app: join(__dirname, 'benchRecorderApp.cjs')
  })

/** Processor seconds of a process so far. */
function cpuSeconds(pid: number): number {
  const text = readFileSync(`/proc/${pid}/stat`, 'utf8')
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
  return (Number(fields[11]) + Number(fields[12])) / 100
}

interface Reading {
  readonly seconds: number
  readonly bytesPerMinute: number
  readonly drops: number
  readonly largestGapMs: number
  readonly counts: Readonly<Record<string, number>>
  /** Of the newest message of each kind, on the monotonic clock. */
  readonly lastNanos: { readonly trace: number; readonly video: number }
}

/** Reads a whole recording, every checksum included. */
async function read(path: string): Promise<Reading> {
  const opened = await openRecording(path)
  if (!opened.ok) throw new Error(`${path}: ${opened.error}`)
  const recording = opened.value
  const info = readInfo(recording.metadata)
  if (!info.ok) throw new Error(info.error)
  const toNanos = (wall: bigint): number =>
    info.value.startNanos + Number(wall - BigInt(info.value.startWallNanos))
  const counts: Record<string, number> = {}
  const newest = new Map<string, number>()
  let largestGapMs = 0
  for await (const { topic, logTime } of recording.messages({ topics: recording.topics })) {
    const nanos = toNanos(logTime)
    const before = newest.get(topic)
    if (before !== undefined && (topic === '/robot/state' || topic.startsWith('/camera/')))
      largestGapMs = Math.max(largestGapMs, (nanos - before) / 1e6)
    newest.set(topic, nanos)
    counts[topic] = (counts[topic] ?? 0) + 1
  }
  const video = Math.min(
    ...[...newest].filter(([topic]) => topic.startsWith('/camera/')).map(([, nanos]) => nanos)
  )
  const seconds = Number(recording.lastLogTime - recording.firstLogTime) / 1e9
  const end = recording.metadata.get('depthdeck.end')?.get('json')
  const drops = Object.values(end ? (JSON.parse(end) as { drops: Record<string, number> }).drops : {})
  await recording.close()
  return {
    seconds,
    bytesPerMinute: (statSync(path).size * 60) / seconds,
    drops: drops.reduce((sum, count) => sum + count, 0),
    largestGapMs,
    counts,
    lastNanos: { trace: newest.get('/robot/state') ?? 0, video }
  }
}

/** From anywhere to anywhere in a recording: the pictures of all cameras that are needed to show one instant. */
async function seeks(path: string, count: number): Promise<{ p50: number; p95: number }> {
  const desk = createReplayDesk({ pathOf: () => path })
  const opened = await desk.answer({ type: 'openReplay', id: '20261127-000000-seek' })
  if (!opened.ok || opened.value.type !== 'openReplay') throw new Error('The recording could not be replayed')
  const { replay, fromNanos, toNanos } = opened.value
  const times: number[] = []
  for (let index = 0; index < count; index++) {
    const at = fromNanos + random.float() * (toNanos - fromNanos)
    const from = nowNanos()
    await desk.answer({ type: 'readVideo', replay, from: at, to: at })
    times.push((nowNanos() - from) / 1e6)
  }
  await desk.end()
  times.sort((a, b) => a - b)
  return { p50: times[Math.floor(count / 2)] ?? 0, p95: times[Math.floor(count * 0.95)] ?? 0 }
}

async function underLoad(seconds: number) {
  const run = await launch()
  // Cameras open, encoders warm up.
  await sleep(3000)
  const { recorderPid, mainPid, capturePid } = run.pids
  const pids = { recorder: recorderPid, capture: capturePid, loadGenerator: mainPid }
  const before = Object.fromEntries(Object.entries(pids).map(([name, pid]) => [name, cpuSeconds(pid)]))
  const started = nowNanos()
  await sleep(seconds * 1000)
  const elapsed = (nowNanos() - started) / 1e9
  const cpuPercent = Object.fromEntries(
    Object.entries(pids).map(([name, pid]) => [
      name,
      (100 * (cpuSeconds(pid) - (before[name] ?? 0))) / elapsed
    ])
  )
  run.child.stdin?.write('end\n')
  await run.ended()
  const [path = ''] = recordings(run)
  const reading = await read(path)
  return { run, path, reading, cpuPercent, seekMs: await seeks(path, 200) }
}

/** One recording that is cut off by a kill: what of the time before it is there afterwards. */
async function killed(
  what: 'recorder' | 'app'
): Promise<{ recovered: boolean; lossMs: number; videoLossMs: number }> {
  const run = await launch()
  // Long enough for cameras to have opened, and then at any time.
  await sleep(2500 + random.float() * 2000)
  const { recorderPid, mainPid } = run.pids
  const killNanos = nowNanos()
  process.kill(recorderPid, 'SIGKILL')
  if (what === 'app') process.kill(mainPid, 'SIGKILL')
  else run.child.kill('SIGKILL')
  await run.ended()
  const [path = ''] = recordings(run)
  const repaired = await repairRecording(path)
  if (!repaired.ok) return { recovered: false, lossMs: Infinity, videoLossMs: Infinity }
  const { lastNanos } = await read(path)
  rmSync(run.folder, { recursive: true, force: true })
  return {
    recovered: true,
    lossMs: (killNanos - lastNanos.trace) / 1e6,
    videoLossMs: (killNanos - lastNanos.video) / 1e6
  }
}

const keyOf = (topic: string, sequence: number): string => `${topic} ${sequence}`

async function rowsOf(path: string): Promise<Map<string, string>> {
  const opened = await openRecording(path)
  if (!opened.ok) throw new Error(opened.error)
  const rows = new Map<string, string>()
  for await (const { topic, sequence, logTime, data } of opened.value.messages({
    topics: opened.value.topics
  }))
    rows.set(keyOf(topic, sequence), `${logTime} ${Buffer.from(data).toString('latin1')}`)
  await opened.value.close()
  return rows
}

/** Cuts and flips bits at random; what comes out must be what was written, or a refusal by name. */
async function corrupted(source: Buffer, count: number) {
  const folder = mkdtempSync(join(tmpdir(), 'depthdeck-bench-corrupt-'))
  const path = join(folder, '20261127-000000-beef.mcap')
  writeFileSync(path, source)
  const truth = await rowsOf(path)
  const tally = { tried: 0, repaired: 0, refused: 0, crashed: 0, silentWrong: 0 }
  for (let index = 0; index < 2 * count; index++) {
    const bytes = Buffer.from(source)
    const at = Math.floor(random.float() * bytes.length)
    const isCut = index < count
    if (!isCut) bytes.writeUInt8(bytes.readUInt8(at) ^ (1 << Math.floor(random.float() * 8)), at)
    writeFileSync(path, isCut ? bytes.subarray(0, at) : bytes)
    tally.tried += 1
    try {
      const repaired = await repairRecording(path)
      if (!repaired.ok) {
        tally.refused += 1
        continue
      }
      tally.repaired += 1
      for (const [key, row] of await rowsOf(path)) if (truth.get(key) !== row) tally.silentWrong += 1
    } catch (error) {
      console.error(error)
      tally.crashed += 1
    }
  }
  rmSync(folder, { recursive: true, force: true })
  return tally
}

/** The start of a long recording, as a file of its own: damage is tried on something that is read in no time. */
async function shortRecording(): Promise<Buffer> {
  const run = await launch()
  await sleep(3500)
  run.child.stdin?.write('end\n')
  await run.ended()
  const [path = ''] = recordings(run)
  const bytes = readFileSync(path)
  rmSync(run.folder, { recursive: true, force: true })
  return bytes
}

async function main({ seconds, kills, corrupt, json }: Options): Promise<void> {
  await zstdReady()
  const load = await underLoad(seconds)
  rmSync(load.run.folder, { recursive: true, force: true })
  console.error(JSON.stringify(load.reading.counts))
  const outcomes = []
  for (let index = 0; index < kills; index++) {
    for (const what of ['recorder', 'app'] as const) outcomes.push({ what, ...(await killed(what)) })
    console.error(`killed ${2 * (index + 1)}: ${JSON.stringify(outcomes.slice(-2))}`)
  }
  const tally = corrupt > 0 ? await corrupted(await shortRecording(), corrupt) : null
  const recovered = outcomes.filter((outcome) => outcome.recovered)
  const report = {
    seconds: load.reading.seconds,
    drops: load.reading.drops,
    cpuPercent: load.cpuPercent,
    mibPerMinute: load.reading.bytesPerMinute / 1024 ** 2,
    largestGapMs: load.reading.largestGapMs,
    seekMs: load.seekMs,
    kills: outcomes.length,
    recovered: recovered.length,
    maxLossMs: Math.max(0, ...outcomes.map(({ lossMs }) => lossMs)),
    maxVideoLossMs: Math.max(0, ...outcomes.map(({ videoLossMs }) => videoLossMs)),
    corrupt: tally
  }
  console.log(JSON.stringify(report, null, 2))
  if (json) writeFileSync(json, `${JSON.stringify(report, null, 2)}\n`)
}

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '60' },
    kills: { type: 'string', default: '20' },
    corrupt: { type: 'string', default: '200' },
    json: { type: 'string' }
  }
})
main({
  seconds: wholeNumber('seconds', values.seconds, 1, 3600),
  kills: wholeNumber('kills', values.kills, 0, 1000),
  corrupt: wholeNumber('corrupt', values.corrupt, 0, 10_000),
  json: values.json
}).catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
})
