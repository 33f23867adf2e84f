import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { EpisodeRow } from '@shared/domain/episode'
import { openLibraryIndex, type LibraryIndex } from '../../../src/main/episodes/libraryIndex'
import type { EpisodeSummary } from '../../../src/main/episodes/summarise'

let folder: string
let index: LibraryIndex
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'depthdeck-experience-'))
  index = await openLibraryIndex(join(folder, 'library.duckdb'), () => undefined)
})
afterEach(async () => {
  index.close()
  await rm(folder, { recursive: true, force: true })
})

/** An episode whose predictions ended at these k, with this latent delta at the last one. */
function summary(
  id: string,
  success: boolean | null,
  ends: readonly (readonly [k: number, latentDelta: number])[]
): EpisodeSummary {
  const row = {
    id,
    trigger: 'run',
    startedMs: Number(id.slice(0, 8)),
    seconds: 1,
    bytes: 1,
    robot: '',
    instruction: '',
    policy: '',
    level: '',
    sceneSeed: 0,
    chainDepth: 0,
    success,
    judge: success === null ? null : 'bench',
    reason: '',
    predictions: ends.length,
    meanK: null,
    maxK: null,
    ks: ends.map(([k]) => k),
    heat: [],
    takeovers: 0,
    holds: 0,
    drops: 0,
    labels: [],
    notes: '',
    repaired: null
  } satisfies EpisodeRow
  return {
    row,
    predictions: ends.map(([k], prediction) => ({
      index: prediction,
      iterations: k,
      horizon: 8,
      stopReason: 'rule',
      human: false,
      seed: 1,
      provider: 'cpu',
      stages: null
    })),
    iterations: ends.flatMap(([last, latentDelta], prediction) =>
      Array.from({ length: last }, (_, at) => ({
        prediction,
        k: at + 1,
        actionMse: at === 0 ? null : 1e-3,
        kl: null,
        latentDelta: at + 1 === last ? latentDelta : 1,
        stepMs: 1
      }))
    ),
    thumbnail: null
  }
}
const put = (each: EpisodeSummary): Promise<void> => index.put(each, { bytes: 1, modifiedMs: 1 })

test('similar predictions are near in K and in the decade of the latent delta, of episodes that somebody judged', async () => {
  await put(
    summary('20260101-000000-aaaa', true, [
      [4, 0.01],
      [12, 0.5]
    ])
  )
  await put(
    summary('20260102-000000-bbbb', false, [
      [12, 0.6],
      [5, 0.01]
    ])
  )
  await put(summary('20260103-000000-cccc', null, [[12, 0.5]]))
  const similar = await index.similar({ k: 12, latentDelta: 0.5 }, 3)
  expect(
    similar.map(({ episode, prediction, k, success }) => [episode.slice(-4), prediction, k, success])
  ).toEqual([
    ['aaaa', 1, 12, true],
    ['bbbb', 0, 12, false],
    ['bbbb', 1, 5, false]
  ])
  expect(similar[1]?.latentDelta).toBe(0.6)
  // Where nothing is known of the latent, K alone counts.
  expect((await index.similar({ k: 4, latentDelta: null }, 1))[0]).toMatchObject({ k: 4, prediction: 0 })
})

test('nothing recorded is nothing similar', async () => {
  expect(await index.similar({ k: 1, latentDelta: 0.1 }, 5)).toEqual([])
  expect(await index.scores('k')).toEqual([])
})

test('scores are those of the last iteration, in order, oldest episode first', async () => {
  await put(summary('20260102-000000-bbbb', false, [[3, 0.2]]))
  await put(
    summary('20260101-000000-aaaa', true, [
      [4, 0.01],
      [2, 0.5],
      [1, 0.7]
    ])
  )
  await put(summary('20260103-000000-cccc', null, [[9, 0.5]]))
  expect(await index.scores('latentDelta')).toEqual([
    { success: true, scores: [0.01, 0.5, 0.7] },
    { success: false, scores: [0.2] }
  ])
  expect(await index.scores('k')).toEqual([
    { success: true, scores: [4, 2, 1] },
    { success: false, scores: [3] }
  ])
  // k = 1 has no action signal.
  expect((await index.scores('actionMse'))[0]?.scores).toEqual([1e-3, 1e-3, 0])
})
