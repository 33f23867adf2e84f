import type { Precision } from '@shared/domain/examination'
import type { Fault } from '@shared/domain/fault'
import type { RefinementSettings, StoppingRule } from '@shared/domain/policy'
import { err, type Result } from '@shared/domain/result'
import type { MainToHost, OpenedPolicy, PolicyHostConfig } from '@shared/ipc/hosts'

/** A bundle and how to run it. */
export interface PolicyChoice {
  readonly bundlePath: string
  /** Best first; empty: CPU. */
  readonly providers: readonly string[]
  readonly precision: Precision
}

/** Which policy the policy process runs, through its restarts and from one bundle to the next. */
export interface PolicySwitch {
  inUse(): PolicyChoice
  /** What a process that starts now is given. */
  config(): PolicyHostConfig
  /** Another policy in place of the one in use, which stays unless this is ok. */
  use(choice: PolicyChoice): Promise<Result<OpenedPolicy, Fault>>
  /** The process answered the request of that number. */
  opened(request: number, result: Result<OpenedPolicy, Fault>): void
  /** The process ended; whatever was asked of it goes with it. */
  ended(reason: string): void
  /** The operator changed these: they outlive the process. */
  keepSettings(settings: RefinementSettings): void
  /** A provider did not answer in the process. */
  hung(provider: string): void
}

export interface PolicySwitchOptions {
  readonly first: PolicyChoice
  /** Of the command line, for the first policy alone. */
  readonly stopping: StoppingRule | null
  readonly isRunning: () => boolean
  readonly send: (message: MainToHost) => void
  /** Ends the process; its successor starts with `config()`. */
  readonly replaceProcess: (reason: string) => void
  readonly later: (milliseconds: number, callback: () => void) => () => void
  /** Longest time for reading, verifying and starting a bundle. */
  readonly limitMs: number
}

export function createPolicySwitch(options: PolicySwitchOptions): PolicySwitch {
  let inUse = options.first
  let { stopping } = options
  let settings: RefinementSettings | null = null
  /** Providers that hung with the policy in use: not tried again with it. */
  let hung: readonly string[] = []
  let requests = 0
  let pending: {
    readonly request: number
    readonly settle: (result: Result<OpenedPolicy, Fault>) => void
  } | null = null

  const configOf = (choice: PolicyChoice): PolicyHostConfig => ({
    bundlePath: choice.bundlePath,
    providers: [...choice.providers],
    precision: choice.precision,
    hungProviders: [...hung],
    stopping,
    settings
  })

  return {
    inUse: () => inUse,
    config: () => configOf(inUse),
    use(choice) {
      if (pending) return Promise.resolve(err(switchFault('Another bundle is being loaded')))
      if (!options.isRunning())
        return Promise.resolve(err(switchFault('The policy process is not running at the moment')))
      return new Promise((resolve) => {
        const request = ++requests
        // A process that loads for so long may still swap: only its end makes sure that the policy stays.
        const cancel = options.later(options.limitMs, () =>
          options.replaceProcess(`the bundle did not load within ${options.limitMs / 1000} s`)
        )
        pending = {
          request,
          settle(result) {
            cancel()
            pending = null
            if (result.ok) {
              inUse = choice
              // Rules belong to a policy, and so does what its providers did.
              stopping = null
              settings = null
              hung = []
            }
            resolve(result)
          }
        }
        const config = { ...configOf(choice), hungProviders: [], stopping: null, settings: null }
        options.send({ type: 'openPolicy', request, config })
      })
    },
    opened(request, result) {
      if (pending?.request === request) pending.settle(result)
    },
    ended(reason) {
      pending?.settle(err(switchFault(`The policy process ended while it loaded the bundle (${reason})`)))
    },
    keepSettings(next) {
      settings = next
    },
    hung(provider) {
      // What hung with the bundle that was to come says nothing against the policy in use.
      if (!pending) hung = [...hung, provider]
      options.replaceProcess(`${provider} did not answer`)
    }
  }
}

const switchFault = (message: string): Fault => ({
  severity: 'medium',
  source: 'main',
  code: 'policySwitch',
  message,
  tip: 'The policy that was in use stays. Try again, or choose another bundle, provider or precision.'
})
