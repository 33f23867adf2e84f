import { err, ok, type Result } from '@shared/domain/result'
import { createQuantileWindow } from '@shared/statistics/quantileWindow'
import { nanosToMillis } from '@shared/units'
import type { ByteTransport } from '../transports/transport'
import { createOwedAnswers } from './owedAnswers'
import type { MotorData, Scan, ServoProtocol, StatusPacket } from './protocol'
import { decodeRegister, encodeRegister, type Register, type RegisterBlock } from './registers'

/**
 * One half-duplex servo bus: requests one after another, each with its time to be answered. Answers that are missing
 * are asked for again, garbage is passed over, one that comes too late answers nothing else, and nothing outlives the line.
 */

export interface BusError {
  /**
   * `closed`: the line is gone; `busy`: it takes nothing now; `stale`: no longer wanted when its turn came; `noAnswer`:
   * asked and waited in vain; `refused`: the motor answered with an error.
   */
  readonly code: 'closed' | 'busy' | 'stale' | 'noAnswer' | 'refused'
  readonly message: string
}

/** Values by motor; the error byte comes with every answer, `missing` motors gave none. */
export interface BlockReading<Name extends string> {
  readonly motors: ReadonlyMap<
    number,
    { readonly error: number; readonly values: Readonly<Record<Name, number>> }
  >
  readonly missing: readonly number[]
}

export interface Ping {
  readonly id: number
  readonly error: number
  /** Model number, where a ping tells it. */
  readonly model: number | null
}

export interface BusCounters {
  readonly requests: number
  readonly retries: number
  readonly unanswered: number
  /** Bytes received that belonged to no awaited answer. */
  readonly garbageBytes: number
  /** From asking for a reading of all motors to the last answer, what is asked again included; null before the first. */
  readonly readingMillis: { readonly p50: number; readonly p99: number } | null
}

export interface ServoBusOptions {
  readonly protocol: ServoProtocol
  readonly transport: ByteTransport
  readonly baud: number
  readonly nowNanos: () => number
  /** Runs the callback in so many milliseconds unless cancelled by the returned function. */
  readonly later: (millis: number, callback: () => void) => () => void
  /** For the motors' return delay, adapters and the operating system, on top of the time on the wire. */
  readonly patienceMillis?: number
}

export interface ServoBus {
  readonly protocol: ServoProtocol
  readonly label: string
  ping(id: number): Promise<Result<Ping, BusError>>
  read(id: number, register: Register): Promise<Result<number, BusError>>
  /** Resolves when the motor confirms. */
  write(id: number, register: Register, value: number): Promise<Result<void, BusError>>
  reboot(id: number): Promise<Result<void, BusError>>
  /** Overtakes what waits: the loop's own reading. Missing motors are asked again `retries` times. */
  syncRead<Name extends string>(
    ids: readonly number[],
    block: RegisterBlock<Name>,
    retries?: number
  ): Promise<Result<BlockReading<Name>, BusError>>
  /**
   * Overtakes what waits; nobody confirms. Resolves when the bytes have been handed to the line; `stillWanted` is asked
   * just before, so that a command which grew old behind another exchange is not sent.
   */
  syncWrite(
    values: ReadonlyMap<number, number>,
    register: Register,
    stillWanted?: () => boolean
  ): Promise<Result<void, BusError>>
  /** Bytes from the line. */
  receive(bytes: Uint8Array): void
  /** The line is gone: whatever waits ends with `closed`, and so does every later request. */
  lost(message: string): void
  /** Motors that have not answered yet, of those asked just now. */
  awaited(): readonly number[]
  counters(): BusCounters
}

interface Exchange {
  readonly frame: Uint8Array
  readonly ids: readonly number[]
  readonly dataBytes: number
  /** What its answers look like, one motor's each: data bytes, negative where one packet answers for all. */
  readonly shape: number
  readonly scan: (received: Uint8Array) => Scan
  readonly stillWanted?: () => boolean
  readonly done: (result: Result<ReadonlyMap<number, StatusPacket>, BusError>) => void
}

/** An exchange on the wire. */
interface Pending {
  readonly exchange: Exchange
  readonly answers: Map<number, StatusPacket>
  received: Uint8Array
  /** Bytes of our own request still to come back, on adapters that echo. */
  echo: Uint8Array | null
  cancelTimeout: () => void
}

const PATIENCE_MILLIS = 8
const GRACE_MILLIS = 2
const RETRIES = 4
/** Readings whose times are kept. */
const READINGS = 1000
/** Start bit, eight bits, stop bit. */
const BITS_PER_BYTE = 10

const concat = (first: Uint8Array, second: Uint8Array): Uint8Array => {
  const joined = new Uint8Array(first.length + second.length)
  joined.set(first)
  joined.set(second, first.length)
  return joined
}

export function createServoBus(options: ServoBusOptions): ServoBus {
  const { protocol, transport, baud, nowNanos, later, patienceMillis = PATIENCE_MILLIS } = options
  const urgent: Exchange[] = []
  const ordinary: Exchange[] = []
  let pending: Pending | null = null
  const owed = createOwedAnswers()
  /** A motor that is likely to answer again. */
  let lastHeard: number | null = null
  let closed: string | null = null
  let requests = 0
  let retried = 0
  let unanswered = 0
  let garbageBytes = 0
  const readingMillis = createQuantileWindow(READINGS)
  let fastReads: 'untried' | 'known' | 'unknownToMotors' = 'untried'

  const closedError = (): BusError => ({ code: 'closed', message: closed ?? `${transport.label} is closed` })

  const wireMillis = (bytes: number): number => (bytes * BITS_PER_BYTE * 1000) / baud

  function pump(): void {
    while (pending === null && closed === null) {
      const queue = urgent.length > 0 ? urgent : ordinary
      const [next] = queue
      if (next === undefined) return
      if (owed.couldBeTakenFor(next.ids, next.shape)) fence(next, queue)
      else start(queue.shift() as Exchange)
    }
  }

  /** Asks for something that no late answer looks like; where nobody answers that, `next` is not sent either. */
  function fence(next: Exchange, queue: Exchange[]): void {
    const asked = next.ids[0] as number
    const id = lastHeard ?? asked
    const bytes = owed.unlike(id)
    start({
      ...request(protocol.read(id, protocol.fenceAddress, bytes), [id], bytes),
      done(answers) {
        if (answers.ok && answers.value.size > 0) return
        lastHeard = null
        if ((answers.ok && id !== asked) || queue[0] !== next) return
        queue.shift()
        next.done(answers)
      }
    })
  }

  function start(exchange: Exchange): void {
    if (exchange.stillWanted?.() === false)
      return exchange.done(err({ code: 'stale', message: 'It was no longer wanted when its turn came' }))
    requests += 1
    const sent = transport.send(exchange.frame)
    if (!sent.ok) {
      if (sent.error.code === 'lost') lost(sent.error.message)
      return exchange.done(err({ code: closed === null ? 'busy' : 'closed', message: sent.error.message }))
    }
    if (exchange.ids.length === 0) return exchange.done(ok(new Map()))
    const answerBytes = exchange.ids.length * (exchange.dataBytes + protocol.statusOverheadBytes)
    const millis = wireMillis(exchange.frame.length + answerBytes) + patienceMillis
    pending = {
      exchange,
      answers: new Map(),
      received: new Uint8Array(0),
      echo: exchange.frame,
      cancelTimeout: later(Math.ceil(millis), () => overdue(exchange))
    }
  }

  /** After a pause of this process its timers come first: what arrived meanwhile is read before anything is given up. */
  function overdue(exchange: Exchange): void {
    if (pending?.exchange === exchange) pending.cancelTimeout = later(GRACE_MILLIS, () => expire(exchange))
  }

  /** What arrived may hide answers behind something that looks like the beginning of one. */
  function expire(exchange: Exchange): void {
    if (pending?.exchange !== exchange) return
    while (pending.received.length > 0 && pending.answers.size < exchange.ids.length) {
      garbageBytes += 1
      pending.received = pending.received.subarray(1)
      take(pending)
    }
    unanswered += exchange.ids.length - pending.answers.size
    finish(pending)
  }

  function finish(finished: Pending): void {
    const { exchange, answers } = finished
    finished.cancelTimeout()
    garbageBytes += finished.received.length
    lastHeard = [...answers.keys()].at(-1) ?? lastHeard
    if (answers.size > 0) owed.clear()
    owed.add(
      exchange.ids.filter((id) => !answers.has(id)),
      exchange.shape
    )
    pending = null
    exchange.done(ok(answers))
    pump()
  }

  function take(into: Pending): void {
    const { packets, rest, skipped } = into.exchange.scan(into.received)
    garbageBytes += skipped
    into.received = rest
    for (const packet of packets) into.answers.set(packet.id, packet)
  }

  /** Adapters that echo send our own bytes back first: an echoed read looks like a short answer. */
  function withoutEcho(into: Pending): boolean {
    if (into.echo === null) return true
    const { echo, received } = into
    const compared = Math.min(echo.length, received.length)
    if (received.subarray(0, compared).some((byte, index) => byte !== echo[index])) into.echo = null
    else if (received.length < echo.length) return false
    else {
      into.received = received.subarray(echo.length)
      into.echo = null
    }
    return true
  }

  function receive(bytes: Uint8Array): void {
    if (pending === null) {
      // Too late for what it answers.
      garbageBytes += bytes.length
      return
    }
    pending.received = concat(pending.received, bytes)
    if (!withoutEcho(pending)) return
    take(pending)
    if (pending.answers.size === pending.exchange.ids.length) finish(pending)
  }

  function lost(message: string): void {
    if (closed !== null) return
    closed = message
    const waiting = [...(pending ? [pending.exchange] : []), ...urgent.splice(0), ...ordinary.splice(0)]
    pending?.cancelTimeout()
    pending = null
    for (const exchange of waiting) exchange.done(err(closedError()))
  }

  type Answers = Result<ReadonlyMap<number, StatusPacket>, BusError>

  const exchange = (queue: Exchange[], request: Omit<Exchange, 'done'>): Promise<Answers> =>
    new Promise((done) => {
      if (closed !== null) return done(err(closedError()))
      queue.push({ ...request, done })
      pump()
    })

  const request = (frame: Uint8Array, ids: readonly number[], dataBytes: number): Omit<Exchange, 'done'> => ({
    frame,
    ids,
    dataBytes,
    shape: dataBytes,
    scan: (received) => protocol.scan(received, { ids: new Set(ids), dataBytes })
  })

  /** With one answer for all where the motors' firmware knows that: the first attempt tells. */
  async function readAll(ids: readonly number[], address: number, bytes: number): Promise<Answers> {
    const plain = request(protocol.syncRead(ids, address, bytes), ids, bytes)
    const fast = protocol.fastSyncRead
    if (fast === undefined || fastReads === 'unknownToMotors') return exchange(urgent, plain)
    const frame = fast.request(ids, address, bytes)
    const scan = (received: Uint8Array): Scan => fast.scan(received, ids, bytes)
    const answers = await exchange(urgent, { ...plain, frame, scan, shape: -bytes })
    if (!answers.ok || answers.value.size > 0) {
      if (answers.ok) fastReads = 'known'
      return answers
    }
    if (fastReads === 'known') return answers
    const again = await exchange(urgent, plain)
    if (again.ok && again.value.size > 0) fastReads = 'unknownToMotors'
    return again
  }

  function readingTime(): BusCounters['readingMillis'] {
    const [p50, p99] = [readingMillis.quantile(0.5), readingMillis.quantile(0.99)]
    return p50 === null || p99 === null ? null : { p50, p99 }
  }

  const noAnswer = (id: number): BusError => ({
    code: 'noAnswer',
    message: `Motor ${id} on ${transport.label} does not answer`
  })

  /** One motor, asked until it answers. */
  async function ask(queue: Exchange[], id: number, frame: Uint8Array, dataBytes: number, retries: number) {
    for (let attempt = 0; attempt <= retries; attempt++) {
      if (attempt > 0) retried += 1
      const answers = await exchange(queue, request(frame, [id], dataBytes))
      if (!answers.ok) return answers
      const packet = answers.value.get(id)
      if (packet === undefined) continue
      if (packet.data.length === dataBytes) return ok(packet)
      const reason = protocol.refusal(packet.error) ?? 'no reason given'
      return err<BusError>({
        code: 'refused',
        message: `Motor ${id} on ${transport.label} refused: ${reason}`
      })
    }
    return err(noAnswer(id))
  }

  return {
    protocol,
    label: transport.label,
    receive,
    lost,
    awaited: () => pending?.exchange.ids.filter((id) => pending?.answers.has(id) !== true) ?? [],
    counters: () => ({ requests, retries: retried, unanswered, garbageBytes, readingMillis: readingTime() }),

    async ping(id) {
      const answer = await ask(ordinary, id, protocol.ping(id), protocol.pingBytes, 0)
      if (!answer.ok) return answer
      const { data, error } = answer.value
      const model = data.length >= 2 ? (data[0] as number) + 256 * (data[1] as number) : null
      return ok({ id, error, model })
    },

    async read(id, register) {
      const frame = protocol.read(id, register.address, register.bytes)
      const answer = await ask(ordinary, id, frame, register.bytes, RETRIES)
      return answer.ok ? ok(decodeRegister(register, answer.value.data)) : answer
    },

    async write(id, register, value) {
      const frame = protocol.write(id, register.address, encodeRegister(register, value))
      const answer = await ask(ordinary, id, frame, 0, RETRIES)
      if (!answer.ok) return answer
      const refusal = protocol.refusal(answer.value.error)
      if (refusal === null) return ok(undefined)
      const message = `Motor ${id} on ${transport.label} refused ${register.name} = ${value}: ${refusal}`
      return err({ code: 'refused', message })
    },

    async reboot(id) {
      const answer = await ask(ordinary, id, protocol.reboot(id), 0, 0)
      return answer.ok ? ok(undefined) : answer
    },

    async syncRead(ids, block, retries = 1) {
      const { address, bytes, decode } = block
      const askedNanos = nowNanos()
      const answers = await readAll(ids, address, bytes)
      if (!answers.ok) return answers
      const packets = new Map(answers.value)
      for (let attempt = 1; attempt <= retries; attempt++) {
        const missing = ids.filter((id) => !packets.has(id))
        if (missing.length === 0) break
        retried += 1
        const again = await exchange(
          urgent,
          request(protocol.syncRead(missing, address, bytes), missing, bytes)
        )
        if (!again.ok) return again
        for (const [id, packet] of again.value) packets.set(id, packet)
      }
      readingMillis.add(nanosToMillis(nowNanos() - askedNanos))
      const motors = new Map(
        [...packets].map(([id, { error, data }]) => [id, { error, values: decode(data) }] as const)
      )
      return ok({ motors, missing: ids.filter((id) => !motors.has(id)) })
    },

    async syncWrite(values, register, stillWanted) {
      const motors: MotorData[] = [...values].map(([id, value]) => ({
        id,
        data: encodeRegister(register, value)
      }))
      const sent = await exchange(urgent, {
        ...request(protocol.syncWrite(motors, register.address), [], 0),
        ...(stillWanted && { stillWanted })
      })
      return sent.ok ? ok(undefined) : sent
    }
  }
}
