import type { SignalName } from '@shared/domain/policy'
import type { Palette } from '../composables/usePalette'

type Dash = 'solid' | [number, number]
export interface CurveStyle {
  readonly colour: keyof Palette
  readonly dash: Dash
  readonly symbol: 'circle' | 'rect' | 'triangle' | 'diamond'
}

/** Never colour alone: each signal has its own dash and marker. */
const CURVE_STYLES: Readonly<Partial<Record<SignalName, CurveStyle>>> = {
  actionMse: { colour: 'action', dash: 'solid', symbol: 'circle' },
  kl: { colour: 'third', dash: [2, 3], symbol: 'triangle' },
  latentDelta: { colour: 'latent', dash: [6, 4], symbol: 'rect' },
  cosine: { colour: 'ok', dash: [9, 3], symbol: 'diamond' }
}
const FALLBACK: CurveStyle = { colour: 'dim', dash: 'solid', symbol: 'circle' }
export const curveStyle = (signal: SignalName): CurveStyle => CURVE_STYLES[signal] ?? FALLBACK
