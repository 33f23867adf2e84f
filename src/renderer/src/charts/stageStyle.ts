import type { Palette } from '../composables/usePalette'

/** How an inference stage is drawn: every second one is striped, so that neighbours are told apart without colour. */
export interface StageStyle {
  readonly title: string
  readonly colour: keyof Palette
  readonly striped: boolean
}

/** In stacking order. */
export const STAGE_STYLES: readonly StageStyle[] = [
  { title: 'encode', colour: 'dim', striped: false },
  { title: 'prelude', colour: 'dim', striped: true },
  { title: 'step', colour: 'action', striped: false },
  { title: 'coda', colour: 'latent', striped: true }
]
/** Period and width of a stripe, CSS pixels. */
export const STRIPE = { period: 4, width: 2 } as const

/** The same as a CSS background, for legends. */
export function stageBackground({ colour, striped }: StageStyle, palette: Palette): string {
  const shade = palette[colour]
  return striped
    ? `repeating-linear-gradient(90deg, ${shade} 0 ${STRIPE.width}px, transparent ${STRIPE.width}px ${STRIPE.period}px)`
    : shade
}
