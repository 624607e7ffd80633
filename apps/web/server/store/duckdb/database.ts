import { join } from 'node:path'
import { existsSync, mkdirSync, mkdtempSync, renameSync } from 'node:fs'
import type { DuckDBConnection } from '@duckdb/node-api'
import { loadCatalog, setState, StoreLayoutError, type Catalog } from './catalog.ts'
import { connectTo, openInstance, Readers } from './connections.ts'
import { SourceKeeper, Sources } from './sources.ts'

const READERS = 3

/** An open database file with its connections: one writes, one copies, some read. */
export interface Database {
  readonly catalog: Catalog
  readonly keeper: SourceKeeper
  readonly writing: DuckDBConnection
  /** Runs a statement that takes seconds on a connection of its own. */
  copy(sql: string): Promise<void>
  /** What is being copied fails. */
  stopCopying(): void
  readonly readers: Readers
  readonly segmentDirectory: string
  /** Where a store of another layout was moved to. */
  readonly setAside: string | undefined
  /** `whole`: all is committed, so the next start need not look for what was lost. */
  close(whole: boolean): Promise<void>
}

export interface DatabaseSettings {
  readonly directory: string
  readonly threads: number
  readonly memoryLimit: string
  readonly queryTimeoutMs: number
}

/** Opens or makes the database. One of another layout is set aside, whole, and a new one made. @throws StoreOpenError */
export async function openDatabase(settings: DatabaseSettings): Promise<Database> {
  try {
    return await openAs(settings, undefined)
  } catch (error) {
    if (!(error instanceof StoreLayoutError)) throw error
    return openAs(settings, setAside(settings.directory, error.layout))
  }
}

/** Moves a store away within its directory; returns where to. */
function setAside(directory: string, layout: bigint): string {
  const away = mkdtempSync(join(directory, `layout-${layout}-`))
  for (const name of ['telemetry.duckdb', 'telemetry.duckdb.wal', 'segments']) {
    const path = join(directory, name)
    if (existsSync(path)) renameSync(path, join(away, name))
  }
  return away
}

async function openAs(options: DatabaseSettings, away: string | undefined): Promise<Database> {
  const temporaryDirectory = join(options.directory, 'tmp')
  const segmentDirectory = join(options.directory, 'segments')
  mkdirSync(temporaryDirectory, { recursive: true, mode: 0o700 })
  const instance = await openInstance(join(options.directory, 'telemetry.duckdb'), { threads: options.threads, memoryLimit: options.memoryLimit, temporaryDirectory })
  const [writing, copying, ...reading] = await Promise.all(Array.from({ length: READERS + 2 }, () => connectTo(instance)))
  // Segments never change once they are there.
  await writing!.run('SET GLOBAL parquet_metadata_cache = true')
  await writing!.run(`SET GLOBAL validate_external_file_cache = 'NO_VALIDATION'`)
  const catalog = await loadCatalog(writing!, segmentDirectory).catch((error: unknown) => {
    for (const connection of [writing!, copying!, ...reading]) connection.closeSync()
    instance.closeSync()
    throw error
  })
  await setState(writing!, 'closed', 0n)
  const keeper = new SourceKeeper()
  keeper.replace(new Sources(catalog.generations, catalog.segments))
  const readers = new Readers(reading, options.queryTimeoutMs)
  let copied: Promise<unknown> = Promise.resolve()
  return {
    catalog, keeper, readers, segmentDirectory,
    setAside: away,
    writing: writing!,
    async copy(sql) {
      const result = copying!.run(sql)
      copied = result
      await result
    },
    stopCopying: () => copying!.interrupt(),
    async close(whole) {
      await readers.close()
      copying!.interrupt()
      await Promise.allSettled([copied])
      copying!.closeSync()
      try {
        if (whole) await setState(writing!, 'closed', 1n)
        if (whole) await writing!.run('CHECKPOINT')
      } finally {
        writing!.closeSync()
        instance.closeSync()
      }
    },
  }
}
