import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'

/** A migration whose text is not what was applied: somebody edited it, or the database is another version's. */
export class MigrationError extends Error {
  override readonly name = 'MigrationError'
}

interface Migration {
  readonly name: string
  readonly sql: string
  readonly checksum: string
}

function readMigrations(directory: string): Migration[] {
  const names = readdirSync(directory, { withFileTypes: true }).filter((entry) => entry.isDirectory()).map((entry) => entry.name)
  return names.sort().map((name) => {
    const sql = readFileSync(join(directory, name, 'migration.sql'), 'utf8')
    return { name, sql, checksum: createHash('sha256').update(sql).digest('hex') }
  })
}

/**
 * Applies the migrations in `directory` that `file` lacks, in order, each once and in a transaction of its own with the
 * note that it was. Prisma's own command needs an engine that has to be downloaded; this needs nothing.
 *
 * @returns the names of those applied now
 * @throws MigrationError if an applied migration has changed or is unknown here
 */
export function migrate(file: string, directory = join(import.meta.dirname, 'migrations')): string[] {
  const database = new DatabaseSync(file)
  try {
    database.exec('PRAGMA journal_mode = WAL')
    database.exec('CREATE TABLE IF NOT EXISTS "_migration" ("name" TEXT NOT NULL PRIMARY KEY, "checksum" TEXT NOT NULL, "appliedAt" TEXT NOT NULL)')
    const applied = new Map(database.prepare('SELECT "name", "checksum" FROM "_migration"').all().map((row) => [String(row.name), String(row.checksum)]))
    const known = readMigrations(directory)
    check(applied, known)
    const missing = known.filter((migration) => !applied.has(migration.name))
    for (const migration of missing) apply(database, migration)
    return missing.map((migration) => migration.name)
  } finally {
    database.close()
  }
}

function check(applied: ReadonlyMap<string, string>, known: readonly Migration[]): void {
  for (const [name, checksum] of applied) {
    const migration = known.find((candidate) => candidate.name === name)
    if (!migration) throw new MigrationError(`the database has had migration ${name}, which this version of Sonde does not know`)
    if (migration.checksum !== checksum) throw new MigrationError(`migration ${name} has changed since it was applied`)
  }
}

function apply(database: DatabaseSync, migration: Migration): void {
  database.exec('BEGIN IMMEDIATE')
  try {
    database.exec(migration.sql)
    database.prepare('INSERT INTO "_migration" VALUES (?, ?, ?)').run(migration.name, migration.checksum, new Date().toISOString())
    database.exec('COMMIT')
  } catch (error) {
    database.exec('ROLLBACK')
    throw error
  }
}
