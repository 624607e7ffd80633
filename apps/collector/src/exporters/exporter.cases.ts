import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { TableBatch } from '@sonde/shared/signal'
import type { Losses } from '../health/losses.ts'
import type { Exporter } from './exporter.ts'

/** An exporter with its destination, alive (receiving) or dead (nobody there), for one test. */
export interface ExporterSubject {
  readonly exporter: Exporter
  readonly losses: Losses
  /** Rows the destination has. */
  receivedRows(): number
  /** Closes the destination; the exporter is the test's to close. */
  tearDown(): Promise<void>
}

export interface ExporterCases {
  open(destination: 'alive' | 'dead'): Promise<ExporterSubject>
  /** A batch all of whose rows concern the exporter. */
  batch(rows: number): TableBatch
  /** Batches of 1000 rows that are more than the exporter, as opened, can keep. */
  readonly tooMany: number
}

function lossesOf({ exporter, losses }: ExporterSubject): number {
  let rows = 0
  for (const loss of losses.all()) if (loss.where === `exporter.${exporter.name}` && loss.affects !== 'durability') rows += loss.count
  return rows
}

/** What every exporter must hold to. Call from its own test file. */
export function exporterCases(name: string, cases: ExporterCases): void {
  const withSubject = async (destination: 'alive' | 'dead', body: (subject: ExporterSubject) => Promise<void>) => {
    const subject = await cases.open(destination)
    try {
      await body(subject)
    } finally {
      await subject.exporter.close()
      await subject.tearDown()
    }
  }

  describe(`exporter ${name}`, () => {
    test('what a living destination has is what health says was sent', () =>
      withSubject('alive', async (subject) => {
        for (const rows of [1, 1000, 37]) subject.exporter.accept(cases.batch(rows))
        await subject.exporter.flush(10_000)
        const { sent, queued, dropped, state, lastError } = subject.exporter.health()
        assert.deepEqual({ sent, queued, dropped, state, lastError }, { sent: 1038, queued: 0, dropped: 0, state: 'connected', lastError: null })
        assert.equal(subject.receivedRows(), 1038)
        assert.equal(lossesOf(subject), 0)
      }))

    test('a batch is used again at once: what is kept of it is a copy', () =>
      withSubject('alive', async (subject) => {
        const batch = cases.batch(1000)
        subject.exporter.accept(batch)
        for (const column of Object.values(batch.columns)) new Uint8Array(column.buffer, column.byteOffset, column.byteLength).fill(0xff)
        await subject.exporter.flush(10_000)
        assert.equal(subject.exporter.health().lastError, null)
        assert.equal(subject.receivedRows(), 1000)
      }))

    test('a dead destination costs no more than the bounds, and every row is accounted for', () =>
      withSubject('dead', async (subject) => {
        for (let i = 0; i < cases.tooMany; i++) {
          subject.exporter.accept(cases.batch(1000))
          if (i % 16 === 0) await new Promise((resolve) => setTimeout(resolve, 5))
        }
        await subject.exporter.flush(50)
        const { sent, queued, dropped } = subject.exporter.health()
        assert.equal(sent, 0)
        assert.ok(dropped > 0 && queued > 0)
        assert.equal(queued + dropped, cases.tooMany * 1000)
        assert.equal(lossesOf(subject), dropped)
        assert.equal(subject.receivedRows(), 0)
      }))

    test('a flush that cannot succeed ends at its deadline', () =>
      withSubject('dead', async ({ exporter }) => {
        exporter.accept(cases.batch(10))
        await exporter.flush(30)
        assert.equal(exporter.health().sent, 0)
        assert.notEqual(exporter.health().state, 'connected')
      }))

    test('closing twice is closing once, and what comes after is dropped and counted', () =>
      withSubject('alive', async (subject) => {
        await Promise.all([subject.exporter.close(), subject.exporter.close()])
        await subject.exporter.close()
        subject.exporter.accept(cases.batch(5))
        await subject.exporter.flush(10_000)
        assert.equal(subject.exporter.health().state, 'off')
        assert.equal(subject.exporter.health().dropped, 5)
        assert.equal(lossesOf(subject), 5)
      }))
  })
}
