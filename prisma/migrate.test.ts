import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { test } from 'node:test'
import { openDatabase } from './index.ts'
import { migrate, MigrationError } from './migrate.ts'

function folder(t: { after: (clean: () => void) => void }): string {
  const path = mkdtempSync(join(tmpdir(), 'sonde-migrate-'))
  t.after(() => rmSync(path, { recursive: true }))
  return path
}

function put(directory: string, name: string, sql: string): void {
  mkdirSync(join(directory, name), { recursive: true })
  writeFileSync(join(directory, name, 'migration.sql'), sql)
}

const tables = (file: string) => {
  const database = new DatabaseSync(file)
  const names = database.prepare(`SELECT name FROM sqlite_master WHERE type = 'table' AND name <> '_migration' ORDER BY name`).all().map((row) => row.name)
  database.close()
  return names
}

test('each migration is applied once, in order', (t) => {
  const path = folder(t)
  const file = join(path, 'a.db')
  put(path, '0001_a', 'CREATE TABLE a (x TEXT);')
  assert.deepEqual(migrate(file, path), ['0001_a'])
  put(path, '0002_b', 'CREATE TABLE b (x TEXT); INSERT INTO a VALUES (1);')
  assert.deepEqual(migrate(file, path), ['0002_b'])
  assert.deepEqual(migrate(file, path), [])
  assert.deepEqual(tables(file), ['a', 'b'])
})

test('a migration that fails leaves nothing of itself', (t) => {
  const path = folder(t)
  const file = join(path, 'a.db')
  put(path, '0001_a', 'CREATE TABLE a (x TEXT); CREATE TABLE a (x TEXT);')
  assert.throws(() => migrate(file, path), /already exists/)
  assert.deepEqual(tables(file), [])
})

test('an edited or unknown migration is refused', (t) => {
  const path = folder(t)
  const file = join(path, 'a.db')
  put(path, '0001_a', 'CREATE TABLE a (x TEXT);')
  migrate(file, path)
  put(path, '0001_a', 'CREATE TABLE a (y TEXT);')
  assert.throws(() => migrate(file, path), MigrationError)
  rmSync(join(path, '0001_a'), { recursive: true })
  assert.throws(() => migrate(file, path), /does not know/)
})

test('the committed SQL makes what the client expects', async (t) => {
  const database = openDatabase(join(folder(t), 'sonde.db'))
  t.after(() => database.$disconnect())
  const at = new Date('2026-11-22T22:14:15.123Z')
  await database.host.create({ data: { id: 'h1', name: 'box', kernel: '6.12', firstSeenAt: at, lastSeenAt: at } })
  await database.setting.upsert({ where: { key: 'k' }, create: { key: 'k', value: '1' }, update: { value: '2' } })
  await database.savedView.create({ data: { id: 'v1', name: "it's <b>", url: '/requests?q=%00' } })
  assert.deepEqual(await database.host.findUnique({ where: { id: 'h1' } }), { id: 'h1', name: 'box', label: null, kernel: '6.12', firstSeenAt: at, lastSeenAt: at })
  assert.equal((await database.savedView.findMany())[0]!.name, "it's <b>")
})
