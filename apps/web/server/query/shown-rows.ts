import type { Condition } from '../store/condition.ts'
import type { Store, StoredRow } from '../store/store.ts'

/** Requests that a page names: they were shown live, maybe before they were stored, and are stored first then. */
export async function shownRows(store: Store, where: Condition): Promise<StoredRow[]> {
  const stored = await store.requestsWhere(where)
  if (stored.length > 0) return stored
  await store.flush().catch(() => undefined) // what keeps it from storing is a problem of its own, told by /health
  return store.requestsWhere(where)
}
