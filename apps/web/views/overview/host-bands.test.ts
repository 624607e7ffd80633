import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { HostBands, HostSummary } from '../../live/measured-resources.ts'
import { bandsOf, sumOf } from './host-bands.ts'

const steps = (value: number | null, count = 20) => Array.from({ length: count }, () => value)

function hostOf(more: Partial<HostBands> = {}): HostBands {
  return {
    id: 'h', name: 'box', cpus: 4, memoryTotalBytes: 8e9, cpu: { user: steps(0.25), system: steps(0.05), interrupt: steps(0), steal: steps(0) }, runQueue: { p95: steps(50_000) }, memory: { used: steps(4e9) },
    pressure: { cpuSome: steps(0.01), memorySome: steps(0), ioSome: steps(0.006) }, disks: [{ name: 'vda', readBytesPerSecond: steps(0), writtenBytesPerSecond: steps(1e6) }],
    interfaces: [{ name: 'lo', readBytesPerSecond: steps(9e9), writtenBytesPerSecond: steps(9e9) }, { name: 'eth0', readBytesPerSecond: steps(2e5), writtenBytesPerSecond: steps(1e5) }], ...more,
  }
}
const summary = (more: Partial<HostSummary> = {}): HostSummary => ({
  id: 'h', name: 'box', cpus: 4, cpuCores: 1.2, stealShare: 0, runQueue: { p95: 50_000 }, memoryTotalBytes: 8e9, memoryUsedBytes: 4e9, swapUsedBytes: 0, pressure: { cpuSome: 0.01, memorySome: 0, ioSome: 0.006 },
  disk: { readBytesPerSecond: 0, writtenBytesPerSecond: 1e6, busiest: { name: 'vda', busy: 0.04 } }, network: { receivedBytesPerSecond: 2e5, sentBytesPerSecond: 1e5, errorCount: 0, dropCount: 0, loopbackBytesPerSecond: 9e9 }, ...more,
})
const at = (host: HostBands) => ({ host, count: 20 })
const told = (bands: ReturnType<typeof bandsOf>) => Object.fromEntries(bands.map(({ id, label, figure, note, warns }) => [id, [label, `${figure.value} ${figure.unit}`.trim(), note.replaceAll('\u00a0', ' '), warns]]))

test('a quiet host: figures with what they are of, nothing amber', () => {
  const bands = bandsOf(summary(), at(hostOf()), at(hostOf()))
  assert.deepEqual(told(bands), {
    cpu: ['CPU', '1.20', 'of 4 cores', false], 'run-queue': ['Run queue', '50.0 µs', 'p95 wait', false], memory: ['Memory', '4.00 GB', 'of 8.00 GB', false],
    pressure: ['CPU pressure', '1.00 %', 'some tasks waited', false], disk: ['Disk writes', '1.00 MB/s', 'vda busy 4.00 %', false], network: ['Network', '300 kB/s', 'lo 9.00 GB/s', false],
  })
  assert.deepEqual(bands.map(({ points }) => points[0]?.toFixed(3)), ['1.200', '50000.000', '4000000000.000', '0.010', '1000000.000', '300000.000'])
  assert.deepEqual([bands[0]!.max, bands[2]!.max], [2.4, 8e9])
})

test('what left the range of the hour before says what it was, and since which step', () => {
  const written = [...steps(1e6, 10), ...steps(84e6, 10)]
  const waits = [...steps(0.006, 10), ...steps(0.184, 10)]
  const host = hostOf({ disks: [{ name: 'vda', readBytesPerSecond: steps(0), writtenBytesPerSecond: written }], pressure: { cpuSome: steps(0.01), memorySome: steps(0), ioSome: waits } })
  const bands = bandsOf(summary({ pressure: { cpuSome: 0.01, memorySome: 0, ioSome: 0.184 } }), at(host), at(hostOf()))
  assert.deepEqual(told(bands).pressure, ['I/O pressure', '18.4 %', 'was 0.60 %', true])
  assert.deepEqual(bands.map(({ id, since }) => [id, since]), [['cpu', undefined], ['run-queue', undefined], ['memory', undefined], ['pressure', 10], ['disk', 10], ['network', undefined]])
})

test('ten times of nearly nothing is nothing; without an hour before nothing is said', () => {
  const busier = hostOf({ pressure: { cpuSome: steps(0.03), memorySome: steps(0), ioSome: steps(0) }, runQueue: { p95: steps(90_000) } })
  const calm = hostOf({ pressure: { cpuSome: steps(0.003), memorySome: steps(0), ioSome: steps(0) }, runQueue: { p95: steps(9000) } })
  assert.deepEqual(bandsOf(summary(), at(busier), at(calm)).map(({ warns }) => warns), [false, false, false, false, false, false])
  assert.deepEqual(bandsOf(summary(), at(hostOf({ runQueue: { p95: steps(9e9) } })), undefined).map(({ warns, max }) => [warns, max === undefined]), [[false, true], [false, true], [false, false], [false, true], [false, true], [false, true]])
})

test('what is stolen, nearly full, dropped or not listened to is said', () => {
  const host = hostOf({ runQueue: { p95: steps(null) } })
  const bands = told(bandsOf(summary({ stealShare: 0.12, runQueue: null, memoryUsedBytes: 7.9e9, swapUsedBytes: 1e9, network: { receivedBytesPerSecond: 0, sentBytesPerSecond: 0, errorCount: 2, dropCount: 3, loopbackBytesPerSecond: 0 } }), at(host), undefined))
  assert.deepEqual(bands.cpu, ['CPU', '1.20', '12.0 % stolen by other guests', true])
  assert.deepEqual(bands['run-queue'], ['Run queue', '–', 'not listened to', false])
  assert.deepEqual(bands.memory, ['Memory', '7.90 GB', 'of 8.00 GB, swap 1.00 GB', true])
  assert.deepEqual(bands.network, ['Network', '0 B/s', '5 dropped or broken', true])
})

test('a sum is unknown only where all of it is', () => {
  assert.deepEqual(sumOf([[1, null, null], [2, 3, null]], 3), [3, 3, null])
  assert.deepEqual(sumOf([], 2), [null, null])
})
