import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Probe, RecordReader } from '@sonde/bpf-programs/probe'
import type { ExchangeObserved, Observation } from '@sonde/shared/observation'
import { Losses } from '../health/losses.ts'
import { RecordLayoutError } from './records.ts'
import { Replay, type RecordedEntry } from './replay.ts'

const socket = { cookie: 9, netns: 1, localAddress: '127.0.0.1', localPort: 80, remoteAddress: '127.0.0.1', remotePort: 40000 }
const RECORDED: ExchangeObserved = {
  kind: 'exchange', at: 2000, cookie: 9, role: 'server', pid: 5, tid: 6, turn: 1, requestArrivedAt: 1900, requestReadAt: 1910, requestEndAt: 1910, responseStartAt: 1990, responseEndAt: 0,
  requestBytes: 1, responseBytes: 2, requestSequence: 0xffffffff, responseSequence: 3, srttUs: 4, retransmits: 0, counted: false, continuation: false, anew: false, closed: false,
  bytes: Buffer.alloc(0), requestAt: 0, requestPrefixEnd: 0, responseAt: 0, responsePrefixEnd: 0, socket: () => socket,
}

const reader: RecordReader = { layouts: { exchange: 'aa' }, read: (_record, _bytes, _view, _at, _length, observe) => observe(RECORDED) }
const probe: Probe = { name: 'exchange', sees: '', hooks: [], losesWhenOff: '', object: '', optionalPrograms: {}, affects: 'requests', open: () => reader }

function header(fingerprint = 'aa'): RecordedEntry {
  return { kind: 'header', header: { kernel: 'k', startedAt: 1000, probes: { exchange: [{ typeId: 7, name: 'exchange', fingerprint, bytes: 64, leastBytes: 8 }] } } }
}
function batch(at: number, name = 'exchange'): RecordedEntry {
  const bytes = Buffer.alloc(16)
  bytes.writeUInt32LE(8, 0)
  bytes.writeUInt32LE(7, 8)
  return { kind: 'batch', at, probe: name, bytes }
}
const described = { kind: 'process-described', at: 1500, pid: 5, startedAt: 500, service: 's', serviceKind: '', namedBy: '', comm: '', commandLine: '', user: '', container: '', unit: '', cgroup: '' }

async function play(rounds: RecordedEntry[][], options: { speed?: number; loop?: boolean } = {}) {
  const told: Record<string, unknown>[] = []
  const damage: string[] = []
  const losses = new Losses()
  let now = 1_000_000
  let round = 0
  const replay = new Replay({
    probes: [probe], losses, speed: options.speed ?? 1, loop: options.loop ?? false, now: () => now,
    sleep: async (ms) => void (now += ms * 1e6),
    onDamage: (error, before) => damage.push(`${error} after ${before}`),
    observe(o: Observation) {
      if (o.kind === 'exchange') told.push({ at: o.at, arrived: o.requestArrivedAt, end: o.responseEndAt, cookie: o.cookie, sequence: o.requestSequence, socket: o.socket().cookie })
      else if ('startedAt' in o) told.push({ kind: o.kind, at: o.at, startedAt: o.startedAt })
    },
    async *open() {
      const entries = rounds[round++]!
      if (round === rounds.length) queueMicrotask(() => replay.close())
      yield* entries
    },
  })
  await replay.run()
  return { told, damage, lost: [...losses.all()].map(({ reason, count }) => `${reason}: ${count}`) }
}

test('times are told as now, distances kept; a time that was not seen stays 0', async () => {
  const entries = [header(), { kind: 'observation', at: 1500, observation: described }, batch(2000), { kind: 'end', at: 3000, end: { dropped: 0 } }] satisfies RecordedEntry[]
  const { told, damage } = await play([entries, []])
  assert.deepEqual(told, [
    { kind: 'process-described', at: 1_000_500, startedAt: 999_500 },
    { at: 1_001_000, arrived: 1_000_900, end: 0, cookie: 9, sequence: 0xffffffff, socket: 9 },
  ])
  assert.deepEqual(damage, [])
})

test('twice as fast: requests come sooner, and last as long', async () => {
  const { told } = await play([[header(), batch(2000)], []], { speed: 2 })
  assert.deepEqual(told, [{ at: 1_000_500, arrived: 1_000_400, end: 0, cookie: 9, sequence: 0xffffffff, socket: 9 }])
})

test('each round has other connections, and the same processes', async () => {
  const entries: RecordedEntry[] = [header(), { kind: 'observation', at: 1500, observation: described }, batch(2000)]
  const { told } = await play([entries, entries, []], { loop: true })
  assert.equal(told.length, 4)
  assert.equal(told[0]!.startedAt, told[2]!.startedAt)
  assert.equal(told[3]!.cookie, 9 + 2 ** 32)
  assert.equal(told[3]!.socket, 9 + 2 ** 32)
  assert.equal(told[3]!.sequence, (0xffffffff + 0x9e3779b1) % 2 ** 32)
  assert.ok((told[3]!.at as number) > (told[1]!.at as number))
})

test('damage is said after what stood before it, which is told in each round', async () => {
  const damaged: RecordedEntry[] = [header(), batch(2000), { kind: 'error', error: 'cut short' }]
  const { told, damage, lost } = await play([damaged, damaged, []], { loop: true })
  assert.equal(told.length, 2)
  assert.deepEqual(damage, ['cut short after 1', 'cut short after 1'])
  assert.deepEqual(lost, ['damaged: 1'])
})

test('a recording of nothing is not looped', async () => {
  const { damage } = await play([[{ kind: 'error', error: 'not a recording' }], [header(), batch(2000)]], { loop: true })
  assert.deepEqual(damage, ['not a recording after 0'])
})

test('a file may hold anything: what is no observation is counted', async () => {
  const observations = [null, 7, {}, { kind: 'exchange', at: 1 }, { ...described, service: 7 }, { ...described, at: 'x' }]
  const { told, lost } = await play([[header(), ...observations.map((observation): RecordedEntry => ({ kind: 'observation', at: 1500, observation })), batch(1600, 'unknown')], []])
  assert.deepEqual(told, [])
  assert.deepEqual(lost, ['an observation that is none: 6', 'no such probe: unknown: 1'])
})

test('a recording of another layout is refused by the struct', async () => {
  await assert.rejects(play([[header('bb')], []]), (error) => error instanceof RecordLayoutError && error.struct === 'exchange')
})

test('what was dropped while recording is a loss of the replay', async () => {
  const { lost } = await play([[header(), { kind: 'end', at: 3000, end: { dropped: 12 } }], []])
  assert.deepEqual(lost, ['dropped while it was recorded: 12'])
})
