import type { Palette } from '../composables/usePalette'
import { escaped, type ChartPicture } from './chartPicture'

/** What a stylesheet says of a line; a file on its own has none. */
const COPIED = ['fill', 'stroke', 'stroke-width', 'stroke-dasharray'] as const

export interface StackedRow {
  readonly label: string
  readonly svg: SVGSVGElement
}

const LABEL_WIDTH = 320
const PLOT_WIDTH = 420
const ROW_HEIGHT = 34

/** Small plots of the page one below the other, each with its name; null without any. */
export function stackedPicture(
  title: string,
  rows: readonly StackedRow[],
  { text }: Pick<Palette, 'text'>
): ChartPicture | null {
  if (rows.length === 0) return null
  const body = rows
    .map(({ label, svg }, index) => {
      const top = index * ROW_HEIGHT
      return (
        `<text x="0" y="${top + 20}" font-family="monospace" font-size="11" fill="${text}">${escaped(label)}</text>` +
        `<svg x="${LABEL_WIDTH}" y="${top + 3}" width="${PLOT_WIDTH}" height="${ROW_HEIGHT - 6}" ` +
        `viewBox="${escaped(svg.getAttribute('viewBox') ?? '')}" preserveAspectRatio="none">${drawnParts(svg)}</svg>`
      )
    })
    .join('')
  return { title, width: LABEL_WIDTH + PLOT_WIDTH, height: rows.length * ROW_HEIGHT, body }
}

function drawnParts(svg: SVGSVGElement): string {
  const copies = [...svg.children].map((child) => {
    const copy = child.cloneNode(true) as SVGElement
    const style = getComputedStyle(child)
    for (const name of COPIED) copy.setAttribute(name, style.getPropertyValue(name))
    copy.setAttribute('vector-effect', 'non-scaling-stroke')
    copy.removeAttribute('class')
    return copy
  })
  return copies.map((copy) => new XMLSerializer().serializeToString(copy)).join('')
}
