import { PrismaLibSql } from '@prisma/adapter-libsql'
import { PrismaClient } from './client/client.ts'
import { migrate } from './migrate.ts'

export { MigrationError } from './migrate.ts'
export type { Host, SavedView, Setting } from './client/client.ts'
export type Database = PrismaClient

/** Opens the SQLite file, bringing it up to date first. The caller disconnects. */
export function openDatabase(file: string): Database {
  migrate(file)
  return new PrismaClient({ adapter: new PrismaLibSql({ url: `file:${file}` }) })
}
