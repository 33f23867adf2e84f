import { init, use } from 'echarts/core'
import { SVGRenderer } from 'echarts/renderers'
import type { Palette } from '../composables/usePalette'
import type { ChartOption } from './echarts'

use([SVGRenderer])

/** What a chart shows at one instant, as SVG of its own size (CSS pixels). */
export interface ChartPicture {
  readonly title: string
  readonly width: number
  readonly height: number
  /** Elements within `0 0 width height`. */
  readonly body: string
}

export const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')

/** The same option drawn by ECharts' SVG painter, without a place in the page. */
export function echartsBody(option: ChartOption, width: number, height: number): string {
  const chart = init(null, null, { renderer: 'svg', ssr: true, width, height })
  chart.setOption(option)
  const svg = chart.renderToSVGString()
  chart.dispose()
  return withoutStyles(svg)
}

/** The page's policy allows no inline styles, also where a picture of it is drawn: they become attributes. */
export const withoutStyles = (svg: string): string =>
  svg.replace(/<style\b[^>]*>[\s\S]*?<\/style>/g, '').replace(/ style="([^"]*)"/g, (_, styles: string) =>
    styles
      .split(';')
      .flatMap((style) => {
        const at = style.indexOf(':')
        return at === -1 ? [] : [` ${style.slice(0, at).trim()}="${style.slice(at + 1).trim()}"`]
      })
      .join('')
  )

const MARGIN = 14
const TITLE_HEIGHT = 30
const CAPTION_HEIGHT = 26
const FONT = "Inter, 'Helvetica Neue', Arial, sans-serif"

/** With its title above, and below it where it is from. */
export function svgPicture(
  { title, width, height, body }: ChartPicture,
  caption: string,
  palette: Pick<Palette, 'panel' | 'text' | 'dim'>
): string {
  const [fullWidth, fullHeight] = [width + 2 * MARGIN, height + TITLE_HEIGHT + CAPTION_HEIGHT]
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" width="${fullWidth}" height="${fullHeight}" ` +
    `viewBox="0 0 ${fullWidth} ${fullHeight}">` +
    `<rect width="100%" height="100%" fill="${palette.panel}"/>` +
    `<text x="${MARGIN}" y="20" font-family="${escaped(FONT)}" font-size="13" font-weight="600" fill="${palette.text}">${escaped(title)}</text>` +
    `<svg x="${MARGIN}" y="${TITLE_HEIGHT}" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">${body}</svg>` +
    `<text x="${MARGIN}" y="${fullHeight - 9}" font-family="${escaped(FONT)}" font-size="10.5" fill="${palette.dim}">${escaped(caption)}</text>` +
    `</svg>`
  )
}

const PNG_SCALE = 2

/** @throws where the browser can't draw it */
export async function pngOf(svg: string): Promise<Uint8Array> {
  const url = URL.createObjectURL(new Blob([svg], { type: 'image/svg+xml' }))
  try {
    const image = new Image()
    image.src = url
    await image.decode()
    const canvas = document.createElement('canvas')
    canvas.width = image.width * PNG_SCALE
    canvas.height = image.height * PNG_SCALE
    canvas.getContext('2d')?.drawImage(image, 0, 0, canvas.width, canvas.height)
    const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/png'))
    if (!blob) throw new Error('the picture could not be drawn')
    return new Uint8Array(await blob.arrayBuffer())
  } finally {
    URL.revokeObjectURL(url)
  }
}

/** `refinement-20261127-143000`: names of files sort by time. */
export const pictureName = (title: string, at: Date): string => {
  const words = title.toLowerCase().match(/[a-z0-9]+/g) ?? ['chart']
  const stamp = at.toISOString().replace(/[-:]/g, '').replace('T', '-').slice(0, 15)
  return `${words.slice(0, 6).join('-')}-${stamp}`
}
