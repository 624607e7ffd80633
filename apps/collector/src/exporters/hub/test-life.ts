import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { LOSSES, TableBuilder, type TableBatch } from '@sonde/shared/signal'
import { Losses } from '../../health/losses.ts'
import { HubExporter, type HubConfig } from './index.ts'
import { TestHub } from './test-hub.ts'

// What the hub's tests have in common: a collector's life with a hub exporter in it, and rows that can be told apart.

const folders: string[] = []

const exporters: HubExporter[] = []

/** Ends what failed tests have left and removes all folders. */
export async function endLives(): Promise<void> {
  await Promise.all([...TestHub.all].map((hub) => hub.kill()))
  await Promise.all(exporters.map((exporter) => exporter.close()))
  await Promise.all(folders.map((path) => rm(path, { recursive: true })))
}

/** A new folder. */
export async function folder(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'sonde-hub-'))
  folders.push(path)
  return path
}

/** Numbers and times that no frame makes narrow. */
let made = 2 ** 33
/** The number the next row will have. */
export const nextRow = (): number => made
/** Rows numbered on from the last batch's. */
export function numbered(rows: number): TableBatch {
  const builder = new TableBuilder(LOSSES, rows)
  for (let i = 0; i < rows; i++) {
    const row = builder.addRow()
    builder.setInteger(builder.column('time'), row, made * 1000)
    builder.setInteger(builder.column('count'), row, made++)
  }
  return builder.take()!
}

export interface Life {
  readonly exporter: HubExporter
  readonly losses: Losses
  readonly controls: [string, boolean][]
}

export function live(hub: TestHub, dataDirectory: string, config: Partial<HubConfig> = {}, snapshot: (exporter: HubExporter) => void = () => undefined): Life {
  const losses = new Losses()
  const controls: [string, boolean][] = []
  const host = { id: 'h', name: 'host', kernel: '6' }
  const context = { host, version: '0', dataDirectory, losses, snapshot: () => snapshot(exporter), onControl: (probe: string, enabled: boolean) => void controls.push([probe, enabled]), onAttention: () => undefined }
  const exporter = new HubExporter({ url: hub.url, ...config }, context)
  exporters.push(exporter)
  return { exporter, losses, controls }
}

export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await sleep(5)
}

export const sorted = (rows: readonly number[]) => [...rows].sort((a, b) => a - b)
export const range = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => from + i)
export const lost = (losses: Losses, reason: string) => [...losses.all()].filter((loss) => loss.reason === reason).reduce((sum, loss) => sum + loss.count, 0)
