import fc from 'fast-check'
import type { EndEffectorAction } from '@shared/domain/robot'

const metres = (limit: number): fc.Arbitrary<number> => fc.double({ min: -limit, max: limit, noNaN: true })

/** Small, as a policy's; or any finite thing that the port lets through. */
export const action: fc.Arbitrary<EndEffectorAction> = fc.record({
  deltaMetres: fc.oneof(
    { weight: 4, arbitrary: fc.tuple(metres(0.06), metres(0.06), metres(0.06)) },
    { weight: 1, arbitrary: fc.tuple(metres(1e6), metres(1e6), metres(1e6)) }
  ),
  gripperOpening: fc.constantFrom(null, 0, 0.3, 1)
})
