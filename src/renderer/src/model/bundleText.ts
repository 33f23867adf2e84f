import type { BundleDescription } from '@shared/domain/examination'
import type { PolicyInfo } from '@shared/domain/policy'
import { horizonText, stoppingText } from './ruleText'

/** A name and what stands beside it. */
export type FactRow = readonly [name: string, value: string]

const KIBI = 1024
const BYTE_UNITS = ['B', 'KiB', 'MiB', 'GiB'] as const

/** A text that others wrote, ending in one full stop. */
export const sentence = (text: string): string => (/[.!?…]$/.test(text) ? text : `${text}.`)

/** Size for people: 812 B, 3.4 MiB. */
export function bytesText(bytes: number): string {
  const power = bytes < 1 ? 0 : Math.min(BYTE_UNITS.length - 1, Math.floor(Math.log(bytes) / Math.log(KIBI)))
  const value = bytes / KIBI ** power
  return `${power === 0 || value >= 100 ? value.toFixed(0) : value.toFixed(1)} ${BYTE_UNITS[power]}`
}

/** The end of a path, where bundles differ: "…/policies/traypick-demo". */
export function pathEnd(path: string): string {
  const parts = path.split(/[/\\]/).filter((part) => part !== '')
  return parts.length <= 2 ? path : `…/${parts.slice(-2).join('/')}`
}

const two = (value: number): string => String(value).padStart(2, '0')

/** When something happened, as short as it stays clear: the time today, the date before. */
export function whenText(atMs: number, nowMs: number): string {
  const at = new Date(atMs)
  const date = `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`
  const time = `${two(at.getHours())}:${two(at.getMinutes())}`
  return at.toDateString() === new Date(nowMs).toDateString() ? `today ${time}` : `${date} ${time}`
}

const camerasText = (cameras: BundleDescription['cameras']): string =>
  cameras.length === 0
    ? 'none'
    : cameras.map(({ name, width, height }) => `${name} ${width}×${height}`).join(', ')

/** "x, y, z (m), gripper (opening)": neighbours of one unit share it. */
export function dimensionsText(dims: BundleDescription['actionDims']): string {
  return dims
    .map(({ name, unit }, index) => (dims[index + 1]?.unit === unit ? name : `${name} (${unit})`))
    .join(', ')
}

type Sizes = Pick<
  BundleDescription,
  'chunkLength' | 'actionDims' | 'latentShape' | 'controlRateHz' | 'cameras' | 'defaults'
>
const sizeRows = (sizes: Sizes): FactRow[] => [
  ['Chunk', `${sizes.chunkLength} × ${sizes.actionDims.length}`],
  ['Actions', dimensionsText(sizes.actionDims)],
  ['Latent', `${sizes.latentShape[0]} × ${sizes.latentShape[1]}`],
  ['Control rate', `${sizes.controlRateHz} Hz`],
  ['Cameras', camerasText(sizes.cameras)],
  ['Default rule', stoppingText(sizes.defaults.stopping)],
  ['Default horizon', horizonText(sizes.defaults.horizon)],
  ['Iterations at most', String(sizes.defaults.maxIterations)]
]

/** What the policy in use is, row by row. */
export const policyRows = (info: PolicyInfo): FactRow[] => [
  ...sizeRows(info),
  ['σₐ', info.sigmaA.toFixed(3)],
  ['Opened from', info.origin],
  ['Hash', info.bundleHash]
]

/** What an examined bundle is, row by row. */
export const bundleRows = (bundle: BundleDescription): FactRow[] => [
  ['Robot', bundle.robot],
  ...sizeRows(bundle),
  ['Proprioception', dimensionsText(bundle.proprioDims)],
  ['Size', bytesText(bundle.bytes)],
  ['Opened from', bundle.origin],
  ['Hash', bundle.hash]
]

const HASH_DIGITS = 8
/** Names to tell two bundles apart: with the beginning of their hashes where name and version don't. */
export function pairNames(pair: readonly [Named, Named]): readonly [string, string] {
  const [first, second] = pair
  const same = first.name === second.name && first.version === second.version
  const nameOf = ({ name, version, hash }: Named): string =>
    same ? `${name} ${version} (${hash.slice(0, HASH_DIGITS)})` : `${name} ${version}`
  return [nameOf(first), nameOf(second)]
}
interface Named {
  readonly name: string
  readonly version: string
  readonly hash: string
}
