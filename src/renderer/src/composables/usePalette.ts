import { inject, type ComputedRef, type InjectionKey } from 'vue'

/** Colours that canvases need, read from the stylesheet so that there is one definition. */
const TOKENS = {
  panel: '--panel',
  raised: '--raised',
  well: '--well',
  line: '--line',
  grid: '--grid',
  text: '--text',
  dim: '--dim',
  faint: '--faint',
  action: '--action',
  latent: '--latent',
  third: '--third',
  ok: '--ok',
  human: '--human',
  breach: '--breach',
  benchFloor: '--bench-floor',
  benchTable: '--bench-table',
  benchTray: '--bench-tray',
  benchSlot: '--bench-slot',
  benchInk: '--bench-ink',
  benchArm: '--bench-arm',
  benchArmEdge: '--bench-arm-edge',
  benchMark: '--bench-mark'
} as const

export type Palette = Readonly<Record<keyof typeof TOKENS, string>>

export function readPalette(element: Element): Palette {
  const style = getComputedStyle(element)
  const read = (token: string): string => style.getPropertyValue(token).trim()
  // fromEntries forgets the keys' names; they are those of TOKENS.
  return Object.fromEntries(Object.entries(TOKENS).map(([name, token]) => [name, read(token)])) as Palette
}

export const paletteKey: InjectionKey<ComputedRef<Palette>> = Symbol('palette')

export function usePalette(): ComputedRef<Palette> {
  const palette = inject(paletteKey)
  if (palette === undefined) throw new Error('usePalette: no palette is provided')
  return palette
}
