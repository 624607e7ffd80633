/**
 * What being ready to be scraped costs, per request and end, while nobody scrapes; and what a scrape costs.
 *
 *     node --expose-gc apps/collector/src/exporters/prometheus/prometheus.bench.ts
 */
import { Losses } from '../../health/losses.ts'
import { GET, requestBatch } from '../otlp/test-requests.ts'
import { openPrometheus } from './index.ts'
import { scrape } from './test-scrape.ts'

const ROWS = 4000
const ROUNDS = 500

const context = { host: { id: 'host-1', name: 'box', kernel: '6.1' }, version: '0.1.0', dataDirectory: '/nonexistent', losses: new Losses(), snapshot: () => undefined, onControl: () => undefined, onAttention: () => undefined }
const exporter = openPrometheus({ listen: '127.0.0.1:0' }, context)!
await exporter.flush(10_000)
const statuses = [200, 200, 200, 404, 500]
const batch = requestBatch(Array.from({ length: ROWS }, (_, i) => ({ ...GET, role: i % 2, service: `s${i % 20}`, peer: `p${i % 7}`, status: statuses[i % statuses.length]!, durationNs: 1e6 + i * 1000, flags: 10 })))

function accept(rounds: number): number {
  const began = process.cpuUsage()
  for (let i = 0; i < rounds; i++) exporter.accept(batch)
  const { user, system } = process.cpuUsage(began)
  return (user + system) / (rounds * ROWS)
}

accept(ROUNDS)
globalThis.gc?.()
const heapBefore = process.memoryUsage().heapUsed
const us = accept(ROUNDS)
const bytes = (process.memoryUsage().heapUsed - heapBefore) / (ROUNDS * ROWS)
console.log(`accept: ${us.toFixed(3)} µs a request and end, ${bytes.toFixed(1)} bytes made and not yet collected`)
const began = process.cpuUsage()
let characters = 0
for (let i = 0; i < 20; i++) characters = (await scrape(exporter.port!, { headers: { accept: 'application/openmetrics-text' } })).text.length
const { user, system } = process.cpuUsage(began)
console.log(`scrape: ${((user + system) / 20_000).toFixed(1)} ms for ${characters} characters, its reader's part included`)
await exporter.close()
