import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createGrid } from '../../../src/capture/grid'
import { createMainClock } from '../../../src/capture/mainClock'

test('places are due once each, whenever it is asked', () => {
  const steps = fc.array(fc.integer({ min: 0, max: 900_000_000 }), { minLength: 1, maxLength: 60 })
  fc.assert(
    fc.property(steps, (gaps) => {
      const grid = createGrid(30)
      let now = 5e12
      const places = [...grid.due(now).places]
      for (const gap of gaps) {
        now += gap
        const { places: due, hole } = grid.due(now)
        expect(hole).toBe(false)
        places.push(...due)
      }
      for (let index = 1; index < places.length; index++)
        expect((places[index] as number) - (places[index - 1] as number)).toBe(grid.periodNanos)
      expect(now - (places.at(-1) as number)).toBeLessThan(grid.periodNanos)
    })
  )
})

test('a long stall is a hole, and only its last second is filled', () => {
  const grid = createGrid(10)
  grid.due(1e9)
  const { places, hole } = grid.due(11e9)
  expect(hole).toBe(true)
  expect(places).toHaveLength(10)
  expect(places.at(-1)).toBe(11e9)
})

test('the exchange with the shortest way tells the main side’s clock', () => {
  const clock = createMainClock()
  expect(clock.nanosAt(0)).toBeNull()
  clock.answered(100, 5_000_150e6, 240)
  clock.answered(300, 5_000_301e6, 302)
  clock.answered(400, 5_000_500e6, 480)
  expect(clock.nanosAt(301)).toBe(5_000_301e6)
})
