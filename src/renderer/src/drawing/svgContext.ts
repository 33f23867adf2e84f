import { escaped } from '../charts/chartPicture'

/** What our canvas charts draw with. */
export type DrawingContext = Pick<
  CanvasRenderingContext2D,
  | 'fillStyle'
  | 'strokeStyle'
  | 'lineWidth'
  | 'globalAlpha'
  | 'font'
  | 'textAlign'
  | 'textBaseline'
  | 'clearRect'
  | 'fillRect'
  | 'fillText'
  | 'beginPath'
  | 'moveTo'
  | 'lineTo'
  | 'roundRect'
  | 'setLineDash'
  | 'fill'
  | 'stroke'
  | 'clip'
  | 'save'
  | 'restore'
>

/** `600 11px 'JetBrains Mono', monospace`: the page's policy allows no style attribute. */
function fontAttributes(font: string): string {
  const [, weight = '', size = '10', family = 'sans-serif'] =
    /^(?:(\d{3}|bold|normal) )?([\d.]+)px(?:\/\S+)? (.+)$/.exec(font) ?? []
  const weights = weight === '' ? '' : ` font-weight="${weight}"`
  return ` font-family="${escaped(family)}" font-size="${size}"${weights}`
}

/** Takes down what is drawn as SVG elements. */
export function createSvgContext(): { readonly context: DrawingContext; body(): string } {
  const parts: string[] = []
  /** Groups that `clip` has opened since each `save`. */
  const opened: number[] = [0]
  let path = ''
  let dash: number[] = []
  let clips = 0
  const number = (value: number): string => String(Math.round(value * 100) / 100)
  const colour = (style: DrawingContext['fillStyle']): string =>
    escaped(typeof style === 'string' ? style : 'none')

  const alpha = (): string =>
    context.globalAlpha === 1 ? '' : ` fill-opacity="${number(context.globalAlpha)}"`

  const context: DrawingContext = {
    fillStyle: '#000',
    strokeStyle: '#000',
    lineWidth: 1,
    globalAlpha: 1,
    font: '10px sans-serif',
    textAlign: 'start',
    textBaseline: 'alphabetic',
    clearRect: () => undefined,
    fillRect(x, y, width, height) {
      parts.push(
        `<rect x="${number(x)}" y="${number(y)}" width="${number(width)}" height="${number(height)}" fill="${colour(context.fillStyle)}"${alpha()}/>`
      )
    },
    fillText(text, x, y) {
      const anchor = { left: 'start', start: 'start', center: 'middle', right: 'end', end: 'end' }[
        context.textAlign
      ]
      const baseline = context.textBaseline === 'alphabetic' ? '' : ' dominant-baseline="central"'
      parts.push(
        `<text x="${number(x)}" y="${number(y)}" text-anchor="${anchor}"${baseline} fill="${colour(context.fillStyle)}"${fontAttributes(context.font)}>${escaped(text)}</text>`
      )
    },
    beginPath() {
      path = ''
    },
    moveTo(x, y) {
      path += `M${number(x)} ${number(y)}`
    },
    lineTo(x, y) {
      path += `L${number(x)} ${number(y)}`
    },
    roundRect(x, y, width, height) {
      path += `M${number(x)} ${number(y)}h${number(width)}v${number(height)}h${number(-width)}Z`
    },
    setLineDash(next) {
      dash = [...next]
    },
    fill() {
      parts.push(`<path d="${path}" fill="${colour(context.fillStyle)}"/>`)
    },
    stroke() {
      const dashes = dash.length === 0 ? '' : ` stroke-dasharray="${dash.map(number).join(' ')}"`
      parts.push(
        `<path d="${path}" fill="none" stroke="${colour(context.strokeStyle)}" stroke-width="${number(context.lineWidth)}"${dashes}/>`
      )
    },
    clip() {
      clips += 1
      parts.push(
        `<clipPath id="clip${clips}"><path d="${path}"/></clipPath><g clip-path="url(#clip${clips})">`
      )
      opened[opened.length - 1] = (opened[opened.length - 1] ?? 0) + 1
    },
    save() {
      opened.push(0)
    },
    restore() {
      parts.push('</g>'.repeat(opened.pop() ?? 0))
    }
  }
  return {
    context,
    body: () => parts.join('') + '</g>'.repeat(opened.reduce((sum, count) => sum + count, 0))
  }
}
