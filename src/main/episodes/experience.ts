import type { DuckDBValue } from '@duckdb/node-api'
import type { BandScore } from '@shared/domain/guard'
import type { SimilarPrediction } from '@shared/ipc/recording'
import type { ScoredEpisode } from '@shared/guard/calibration'

/** What earlier episodes say about a doubt: the predictions most like this one, and the scores of whole episodes. */

export type Select = (sql: string, values?: DuckDBValue[]) => Promise<readonly (readonly DuckDBValue[])[]>

export interface Likeness {
  readonly k: number
  readonly latentDelta: number | null
}

/** Decades of the signal weigh as much as this many iterations. */
const DECADE_WEIGHT = 4

/** Nearest by K and by the decade of the last latent delta; of episodes whose outcome is known. */
export async function similarPredictions(
  select: Select,
  { k, latentDelta }: Likeness,
  limit: number
): Promise<SimilarPrediction[]> {
  const rows = await select(
    `SELECT p.episode, p.prediction, p.k, i.latent_delta, e.success
     FROM predictions p
     JOIN episodes e ON e.id = p.episode
     LEFT JOIN iterations i ON i.episode = p.episode AND i.prediction = p.prediction AND i.k = p.k
     WHERE e.success IS NOT NULL
     ORDER BY abs(p.k - ?) + CASE WHEN i.latent_delta > 0 AND ? > 0
       THEN ${DECADE_WEIGHT} * abs(log10(i.latent_delta) - log10(?)) ELSE 0 END, e.started_ms DESC
     LIMIT ?`,
    [k, latentDelta ?? 0, Math.max(latentDelta ?? 1, Number.MIN_VALUE), limit]
  )
  return rows.map(([episode, prediction, depth, delta, success]) => ({
    episode: String(episode),
    prediction: Number(prediction),
    k: Number(depth),
    latentDelta: typeof delta === 'number' ? delta : null,
    success: success === true
  }))
}

const COLUMNS: Readonly<Record<BandScore, string>> = {
  k: 'p.k::DOUBLE',
  actionMse: 'i.action_mse',
  latentDelta: 'i.latent_delta'
}

/** Episodes whose outcome is known, oldest first, each with the score of its every prediction. */
export async function episodeScores(select: Select, score: BandScore): Promise<ScoredEpisode[]> {
  const rows = await select(
    `SELECT e.success, list(coalesce(${COLUMNS[score]}, 0) ORDER BY p.prediction)::JSON::VARCHAR
     FROM episodes e
     JOIN predictions p ON p.episode = e.id
     LEFT JOIN iterations i ON i.episode = p.episode AND i.prediction = p.prediction AND i.k = p.k
     WHERE e.success IS NOT NULL
     GROUP BY e.id, e.success, e.started_ms ORDER BY e.started_ms, e.id`
  )
  return rows.map(([success, scores]) => ({
    success: success === true,
    scores: (JSON.parse(String(scores)) as (number | null)[]).map((value) => value ?? 0)
  }))
}
