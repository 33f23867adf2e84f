import type { Fault } from '@shared/domain/fault'

/** Everything that went wrong in this session, bounded: for the report, and for windows that open later. */
export interface FaultLog {
  add(fault: Fault): void
  readonly all: readonly Fault[]
  /** Without what host statuses already tell and what the UI itself reported. */
  forUi(): Fault[]
}

/** The first ones say most about the cause; a flood after them is only counted in the log. */
const MAX_FAULTS = 200

export function createFaultLog(log: (line: string) => void): FaultLog {
  const all: Fault[] = []
  return {
    all,
    add(fault) {
      log(`${fault.source}: ${fault.message}`)
      if (all.length < MAX_FAULTS) all.push(fault)
    },
    forUi: () => all.filter(({ source, code }) => source !== 'ui' && !code.endsWith('HostGone'))
  }
}
