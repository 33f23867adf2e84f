import { EventEmitter } from 'node:events'
import { describe, expect, it } from 'vitest'
import { listenForStops } from '../../../src/main/app/stopControls'

function controls() {
  const contents = new EventEmitter()
  const stops: string[] = []
  const { pointerOverStop } = listenForStops(contents as never, (reason) => stops.push(reason))
  return {
    stops,
    pointerOverStop,
    key: (type: string, key: string, isAutoRepeat = false) =>
      contents.emit('before-input-event', {}, { type, key, isAutoRepeat }),
    mouse: (type: string) => contents.emit('input-event', {}, { type }),
    load: () => contents.emit('did-start-loading')
  }
}

describe('stops that main hears before the page', () => {
  it.each(['Escape', 'F12'])('%s', (key) => {
    const { stops, ...input } = controls()
    input.key('keyDown', key)
    expect(stops).toEqual([`by the operator (${key})`])
  })

  it('not by a key that is let go, repeats or is another', () => {
    const { stops, ...input } = controls()
    input.key('keyUp', 'Escape')
    input.key('keyDown', 'Escape', true)
    input.key('keyDown', 'Enter')
    expect(stops).toEqual([])
  })

  it('a press while the pointer is over the button, and at no other time', () => {
    const { stops, ...input } = controls()
    input.mouse('mouseDown')
    input.pointerOverStop(true)
    input.mouse('mouseMove')
    expect(stops).toEqual([])
    input.mouse('mouseDown')
    input.mouse('mouseUp')
    input.pointerOverStop(false)
    input.mouse('mouseDown')
    expect(stops).toEqual(['by the operator'])
  })

  it('a new page has no pointer over its button yet', () => {
    const { stops, ...input } = controls()
    input.pointerOverStop(true)
    input.load()
    input.mouse('mouseDown')
    expect(stops).toEqual([])
  })
})
