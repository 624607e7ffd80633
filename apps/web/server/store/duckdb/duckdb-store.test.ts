import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { storeCases } from '../store.cases.ts'
import type { Store, StoreEvents } from '../store.ts'
import { DuckDbStore } from './duckdb-store.ts'

const SILENT: StoreEvents = { onCommitted() {}, onState() {} }
const opened = new Map<Store, { directory: string; events: StoreEvents; last: Store }>()

storeCases('duckdb', {
  async make(t: TestContext, events = {}) {
    const directory = mkdtempSync(join(tmpdir(), 'sonde-store-'))
    const all = { ...SILENT, ...events }
    const store = await DuckDbStore.open({ directory }, all)
    const entry = { directory, events: all, last: store as Store }
    opened.set(store, entry)
    t.after(async () => {
      await entry.last.close()
      rmSync(directory, { recursive: true })
    })
    return store
  },
  async reopen(store) {
    const entry = opened.get(store)!
    await store.close()
    entry.last = await DuckDbStore.open({ directory: entry.directory }, entry.events)
    return entry.last
  },
  seal: (store) => (store as DuckDbStore).maintain(true),
})
