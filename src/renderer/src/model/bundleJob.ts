import type { Precision } from '@shared/domain/examination'
import type { InvokeInput } from '@shared/ipc/contract'

/** Which execution providers an examination tries. */
export type ProviderChoice = InvokeInput<'bundle:examine'>['providers']

/** What is under way with a bundle: one thing at a time. */
export type BundleJob =
  | { readonly kind: 'examine'; readonly path: string; readonly providers: ProviderChoice }
  | { readonly kind: 'compare'; readonly first: string; readonly second: string }
  | {
      readonly kind: 'use'
      readonly path: string
      readonly name: string
      readonly provider: string
      readonly precision: Precision
    }
