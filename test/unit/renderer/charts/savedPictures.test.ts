import { describe, expect, test } from 'vitest'
import { pictureName, svgPicture, withoutStyles } from '../../../../src/renderer/src/charts/chartPicture'
import { scopeOverlay } from '../../../../src/renderer/src/charts/scopeOverlay'
import type { Palette } from '../../../../src/renderer/src/composables/usePalette'
import { drawHeat } from '../../../../src/renderer/src/drawing/drawHeat'
import { createSvgContext } from '../../../../src/renderer/src/drawing/svgContext'

const PALETTE = { panel: '#111', text: '#eee', dim: '#999', latent: '#e69f00', action: '#56b4e9' } as Palette

test('a picture has its title, where it is from, and nothing that a title could smuggle in', () => {
  const svg = svgPicture(
    { title: 'K < 5 & "more"', width: 100, height: 50, body: '<path d="M0 0"/>' },
    'Depthdeck 1 · <policy>',
    PALETTE
  )
  expect(svg).toMatch(/^<svg xmlns=.* width="128" height="106"/)
  expect(svg).toContain('K &lt; 5 &amp; &quot;more&quot;')
  expect(svg).toContain('Depthdeck 1 · &lt;policy&gt;')
  expect(svg).toContain('<path d="M0 0"/>')
})

test('styles become attributes', () => {
  const svg =
    '<text style="font-size:11px;font-family:Inter, sans" x="1">a</text><style >.a{fill:red}</style>'
  expect(withoutStyles(svg)).toBe('<text font-size="11px" font-family="Inter, sans" x="1">a</text>')
})

test('names of files are plain and sort by time', () => {
  const at = new Date('2026-11-27T14:30:05.123Z')
  expect(pictureName('Refinement of episode 3, prediction 12: KL by k', at)).toBe(
    'refinement-of-episode-3-prediction-12-20261127-143005'
  )
  expect(pictureName('…', at)).toBe('chart-20261127-143005')
})

describe('the scope’s overlay', () => {
  const frame = { width: 400, height: 200, endK: 8, decades: { minExponent: -6, maxExponent: 0 } }
  const threshold = { value: 1e-3, signal: 'KL', readonly: false, swatch: {} as never }

  test('shows threshold and stop at their places', () => {
    const svg = scopeOverlay(
      frame,
      {
        threshold,
        stop: [8, 1e-4],
        stopText: 'rule met',
        marks: [{ k: 8, held: true, text: 'k == 8' }],
        curves: [{ label: 'KL', signal: 'kl' }]
      },
      PALETTE
    )
    // The middle of six decades; the last k at the right edge.
    expect(svg).toContain('y1="94.0" y2="94.0"')
    expect(svg).toContain('KL &lt; 1.0e-3')
    expect(svg).toContain('x1="378.0" x2="378.0"')
    expect(svg).toContain('K = 8 · rule met')
    expect(svg).toContain('◆')
  })

  test('is empty where there is neither', () => {
    expect(
      scopeOverlay(frame, { threshold: null, stop: null, stopText: null, marks: [], curves: [] }, PALETTE)
    ).toBe('')
  })
})

describe('what is drawn on a canvas', () => {
  test('becomes the same rectangles', () => {
    const { context, body } = createSvgContext()
    drawHeat(context, 140, 32, { heat: ['9.', '0'], rows: 16 }, PALETTE)
    expect(body().match(/<rect /g)).toHaveLength(3)
    expect(body()).toContain('<rect x="0" y="30" width="9" height="2" fill="#e69f00"/>')
    expect(body()).toContain('fill="#999" fill-opacity="0.14"')
  })

  test('keeps lines, dashes, text and what is clipped away', () => {
    const { context, body } = createSvgContext()
    context.save()
    context.beginPath()
    context.roundRect(0, 0, 10, 10, 2)
    context.clip()
    context.setLineDash([2, 3])
    context.strokeStyle = '#abc'
    context.beginPath()
    context.moveTo(1, 2)
    context.lineTo(3, 4.5)
    context.stroke()
    context.restore()
    context.textAlign = 'center'
    context.fillText('a < b', 5, 6)
    expect(body()).toBe(
      '<clipPath id="clip1"><path d="M0 0h10v10h-10Z"/></clipPath><g clip-path="url(#clip1)">' +
        '<path d="M1 2L3 4.5" fill="none" stroke="#abc" stroke-width="1" stroke-dasharray="2 3"/></g>' +
        '<text x="5" y="6" text-anchor="middle" fill="#000" font-family="sans-serif" font-size="10">a &lt; b</text>'
    )
  })

  test('an open clip is closed at the end', () => {
    const { context, body } = createSvgContext()
    context.beginPath()
    context.roundRect(0, 0, 1, 1, 0)
    context.clip()
    expect(body().endsWith('</g>')).toBe(true)
  })
})
