import type { EpisodeRow } from '@shared/domain/episode'
import type { Fault } from '@shared/domain/fault'
import type { LibraryQuery } from '@shared/ipc/recording'
import { computed, reactive, ref, shallowRef, watch } from 'vue'
import { useRecordingStore } from '../stores/recording'
import { useRecorder } from './useRecorder'

/** Rows asked for at once. */
const PAGE = 200

/** The library as a list of any length: rows are asked for where they are looked at. */
export function useLibrary() {
  const { ask } = useRecorder()
  const recording = useRecordingStore()
  const filters = reactive<Omit<LibraryQuery, 'offset' | 'limit'>>({
    text: '',
    outcome: 'all',
    label: null,
    sort: 'newest'
  })
  const rows = shallowRef<ReadonlyMap<number, EpisodeRow>>(new Map())
  const total = ref(0)
  const all = ref<number | null>(null)
  const bytes = ref(0)
  const labels = shallowRef<readonly string[]>([])
  const fault = shallowRef<Fault | null>(null)
  let generation = 0
  let asked = new Set<number>()

  async function load(page: number): Promise<void> {
    if (asked.has(page)) return
    asked.add(page)
    const mine = generation
    const query = { ...filters, offset: page * PAGE, limit: PAGE }
    const result = await ask({ type: 'list', query })
    if (mine !== generation) return
    fault.value = result.ok ? null : result.error
    if (!result.ok) return
    const { page: found } = result.value
    total.value = found.total
    all.value = found.all
    bytes.value = found.bytes
    labels.value = found.labels
    const next = new Map(fresh ? [] : rows.value)
    fresh = false
    found.rows.forEach((row, index) => next.set(page * PAGE + index, row))
    rows.value = next
  }

  let fresh = true
  let seen: readonly [number, number] = [0, 0]

  /** Rows of before stay in sight until the new ones are there. */
  function reload(): void {
    generation += 1
    asked = new Set()
    fresh = true
    look(...seen)
  }

  /** These rows are in sight. */
  function look(first: number, last: number): void {
    seen = [first, last]
    for (let page = Math.floor(first / PAGE); page <= Math.floor(last / PAGE); page++) void load(page)
  }

  watch([() => ({ ...filters }), () => recording.changes], reload)
  look(0, 0)

  return {
    filters,
    rows,
    total,
    all,
    bytes,
    labels,
    fault,
    look,
    reload,
    filter(change: Partial<typeof filters>) {
      Object.assign(filters, change)
    },
    isFiltered: computed(() => filters.text !== '' || filters.outcome !== 'all' || filters.label !== null),
    /** A row changed here; the library says the same. */
    replace(row: EpisodeRow) {
      rows.value = new Map(
        [...rows.value].map(([index, known]) => [index, known.id === row.id ? row : known])
      )
    }
  }
}

export type LibraryList = ReturnType<typeof useLibrary>
