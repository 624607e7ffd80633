import assert from 'node:assert/strict'
import { execFileSync, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { bootNanoseconds } from '@sonde/libbpf'
import type { ExchangeObserved, SocketIdentity } from '@sonde/shared/observation'
import type { BootNanoseconds } from '@sonde/shared/units'
import type { Probe } from '../../probe.ts'
import { AttachedProbe } from '../../testing/attached-probe.ts'

const REQUEST = 'GET /turn HTTP/1.1\r\nHost: a\r\n\r\n'
const RESPONSE = 'HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nok\n'
const MIB = 1 << 20

/** An exchange kept beyond its batch: the getters' values, the prefixes as text. */
interface Kept extends Omit<ExchangeObserved, 'socket' | 'bytes'> {
  readonly identity: SocketIdentity | undefined
  readonly request: string
  readonly response: string
}

const FIELDS = [
  'kind', 'at', 'cookie', 'role', 'pid', 'tid', 'turn', 'requestArrivedAt', 'requestReadAt', 'requestEndAt', 'responseStartAt', 'responseEndAt',
  'requestBytes', 'responseBytes', 'requestSequence', 'responseSequence', 'srttUs', 'retransmits', 'counted', 'continuation', 'anew', 'closed',
] as const

function keep(seen: ExchangeObserved): Kept {
  const values = Object.fromEntries(FIELDS.map((name) => [name, seen[name]]))
  return {
    ...values,
    identity: seen.continuation ? undefined : seen.socket(),
    request: seen.bytes.toString('latin1', seen.requestAt, seen.requestPrefixEnd),
    response: seen.bytes.toString('latin1', seen.responseAt, seen.responsePrefixEnd),
  } as unknown as Kept
}

/** The probe, with flyweights made into values. */
const keeping = (exchange: Probe): Probe => ({
  ...exchange,
  open: () => {
    const reader = exchange.open()
    return {
      layouts: reader.layouts,
      read: (record, bytes, view, at, length, observe) =>
        reader.read(record, bytes, view, at, length, (seen) => observe(keep(seen as ExchangeObserved) as never)),
    }
  },
})

/** What is to be seen of turns, whatever the programs that see them. */
export function turnCases(how: string, exchange: Probe): void {
  describe(how, () => {
    let directory: string
    let probe: AttachedProbe

    before(() => {
      directory = mkdtempSync(join(tmpdir(), 'sonde-turns-'))
      execFileSync('gcc', ['-O1', '-Wall', '-Wextra', '-Werror', '-pthread', '-o', join(directory, 'turns'), join(import.meta.dirname, 'testdata/turns.c')])
      probe = new AttachedProbe(keeping(exchange))
    })

    after(() => {
      probe.close()
      rmSync(directory, { recursive: true })
    })

    /** A scenario that was played: its client's port, its process. */
    interface Played {
      readonly port: number
      readonly pid: number
      readonly since: BootNanoseconds
    }

    /** Plays a scenario to its end; `meanwhile` runs once it is connected. */
    async function play(scenario: string, family: '4' | '6' = '4', meanwhile: (pid: number) => void = () => {}): Promise<Played> {
      const since = bootNanoseconds()
      const child = spawn(join(directory, 'turns'), [scenario, family], { stdio: ['pipe', 'pipe', 'inherit'] })
      const port = await new Promise<number>((resolve) => child.stdout.once('data', (text: Buffer) => resolve(Number(text.toString()))))
      meanwhile(child.pid!)
      child.stdin.end('\n')
      const code = await new Promise((resolve) => child.once('exit', resolve))
      assert.equal(code, 0)
      return { port, pid: child.pid!, since }
    }

    /** All first reports of the connection with this client port, server's first. */
    function turnsOf({ port, since }: Played): { server: Kept[]; client: Kept[] } {
      const ofPort = ({ identity }: Kept) => identity?.localPort === port || identity?.remotePort === port
      const all = (probe.seen('exchange') as unknown as Kept[]).filter((one) => one.requestArrivedAt >= since && ofPort(one))
      return { server: all.filter((one) => one.role === 'server'), client: all.filter((one) => one.role === 'client') }
    }

    function continuationsOf(cookie: number): Kept[] {
      return (probe.seen('exchange') as unknown as Kept[]).filter((one) => one.continuation && one.cookie === cookie)
    }

    /** One turn seen at both ends, as far as it is the same in all scenarios. */
    function oneTurn(played: Played): { server: Kept; client: Kept } {
      const { server, client } = turnsOf(played)
      assert.equal(server.length, 1, 'server records')
      assert.equal(client.length, 1, 'client records')
      assert.equal(server[0]!.requestSequence, client[0]!.requestSequence)
      assert.equal(server[0]!.responseSequence, client[0]!.responseSequence)
      return { server: server[0]!, client: client[0]! }
    }

    for (const family of ['4', '6'] as const) {
      for (const scenario of ['plain', 'one_byte', 'peek', 'split', 'iovecs', 'half_close']) {
        test(`${scenario} over IPv${family}: one turn at each end, whole`, async () => {
          const played = await play(scenario, family)
          const { server, client } = oneTurn(played)
          for (const end of [server, client]) {
            assert.equal(end.request, REQUEST)
            assert.equal(end.response, RESPONSE)
            assert.equal(end.requestBytes, REQUEST.length)
            assert.equal(end.responseBytes, RESPONSE.length)
            assert.equal(end.pid, played.pid)
            assert.equal(end.turn, 1)
            assert.ok(end.requestArrivedAt <= end.requestReadAt && end.requestReadAt <= end.requestEndAt)
            assert.ok(end.requestEndAt <= end.responseStartAt && end.responseStartAt <= end.responseEndAt)
          }
          assert.equal(client.identity!.localAddress, family === '4' ? '127.0.0.1' : '::1')
          assert.equal(client.identity!.localPort, played.port)
          assert.equal(server.identity!.remotePort, played.port)
          assert.ok(client.requestArrivedAt < server.requestArrivedAt, 'it was sent before it arrived')
        })
      }
    }

    test('sendfile: the head is captured, the file counted, its end told once more', async () => {
      const { server, client } = oneTurn(await play('file'))
      for (const end of [server, client]) {
        assert.match(end.response, /^HTTP\/1\.1 200 OK\r\nContent-Length: 1048576\r\n\r\n$/)
        const last = continuationsOf(end.cookie).at(-1)
        assert.equal(last?.responseBytes, MIB + end.response.length)
        assert.equal(last?.turn, 1)
        assert.ok(last.responseEndAt > end.responseEndAt)
      }
    })

    test('a request that is never answered is reported when its connection closes', async () => {
      const { server, client } = oneTurn(await play('unanswered'))
      for (const end of [server, client]) {
        assert.equal(end.closed, true)
        assert.equal(end.responseStartAt, 0)
        assert.equal(end.request, REQUEST)
        assert.equal(end.response, '')
      }
    })

    test('a response that goes on is reported again when it has been quiet, while its connection stays open', async () => {
      const flush = setInterval(() => probe.object.run('exchange_flush'), 100)
      const { server, client } = oneTurn(await play('pause_within'))
      clearInterval(flush)
      for (const end of [server, client]) {
        const quiet = continuationsOf(end.cookie)[0]!
        assert.equal(quiet.closed, false)
        assert.equal(quiet.responseBytes, RESPONSE.length)
        assert.ok(quiet.responseEndAt - end.responseStartAt >= 20e6, 'three parts, 20 ms apart')
        assert.ok(quiet.at - quiet.responseEndAt >= 100e6 && quiet.at - quiet.responseEndAt < 250e6)
      }
    })

    test('what a server says first is no turn', async () => {
      const { server, client } = oneTurn(await play('greeting'))
      assert.equal(server.request, REQUEST)
      assert.equal(client.response, RESPONSE)
    })

    test('pipelined requests are one turn that shows both, and where the second answer begins', async () => {
      const { server, client } = oneTurn(await play('pipelined'))
      for (const end of [server, client]) {
        assert.equal(end.request, REQUEST + REQUEST)
        const anew = continuationsOf(end.cookie).filter((one) => one.anew)
        assert.deepEqual(anew.map((one) => [one.response, one.responseBytes, one.turn]), [[RESPONSE, RESPONSE.length, 1]])
        assert.equal(continuationsOf(end.cookie).at(-1)?.responseBytes, 2 * RESPONSE.length)
      }
    })

    test('a request that is read before the send of the answer before it has returned is a turn of its own, whole', async () => {
      const { server } = turnsOf(await play('overtaken'))
      assert.deepEqual(server.map((one) => [one.turn, one.request, one.requestBytes, one.responseBytes]), [[1, REQUEST, REQUEST.length, MIB], [2, REQUEST, REQUEST.length, RESPONSE.length]])
      const [first, second] = server as [Kept, Kept]
      assert.match(first.response, /^HTTP\/1\.1 200 OK\r\nContent-Length: 1048531\r\n\r\n/)
      assert.equal(second.response, RESPONSE)
      assert.equal(second.requestSequence, (first.requestSequence + REQUEST.length) >>> 0)
      assert.ok(second.requestArrivedAt > first.requestArrivedAt && second.requestArrivedAt <= second.requestReadAt && second.requestReadAt < first.responseStartAt)
      assert.deepEqual(continuationsOf(first.cookie), [])
    })

    test('pipelined requests after which the client says that this was all are told likewise', async () => {
      const { server, client } = oneTurn(await play('pipelined_half_close'))
      for (const end of [server, client]) {
        assert.deepEqual(continuationsOf(end.cookie).filter((one) => one.anew).map((one) => one.response), [RESPONSE])
        assert.equal(continuationsOf(end.cookie).at(-1)?.responseBytes, 2 * RESPONSE.length)
      }
    })

    /** The client's turns, of which the one at `early` was answered before its send had returned. */
    function assertAnswered(played: Played, early: number): void {
      const { client } = turnsOf(played)
      const asked = client.map((one) => (one.turn === early ? MIB : REQUEST.length))
      assert.deepEqual(client.map((one) => [one.requestBytes, one.response, one.responseBytes]), asked.map((bytes) => [bytes, RESPONSE, RESPONSE.length]))
      assert.match(client[early - 1]!.request, /^POST \/long HTTP\/1\.1\r\n/)
      for (const [at, one] of client.entries()) {
        assert.equal(one.turn, at + 1)
        assert.ok(one.requestArrivedAt <= one.requestReadAt && one.requestReadAt <= one.requestEndAt && one.requestEndAt <= one.responseStartAt && one.responseStartAt <= one.responseEndAt)
        assert.equal(one.responseSequence, (client[0]!.responseSequence + at * RESPONSE.length) >>> 0)
        assert.deepEqual(continuationsOf(one.cookie), [])
      }
    }

    test('an answer that a client reads before the send of its request has returned is that request’s', async () => {
      const played = await play('answered_early')
      assertAnswered(played, 2)
      assert.equal(turnsOf(played).client.length, 3)
    })

    // From system calls a send is seen when it returns, and only then.
    if ('exchange_sending' in exchange.optionalPrograms) {
      test('also at a connection’s first request', async () => {
        const played = await play('first_answered_early')
        assertAnswered(played, 1)
        assert.equal(turnsOf(played).client.length, 2)
      })
    }

    test('a long send is stamped when it begins', async () => {
      const { server, client } = oneTurn(await play('long_request'))
      assert.equal(client.requestBytes, 4 * MIB)
      assert.equal(server.requestBytes, 4 * MIB)
      assert.ok(client.requestArrivedAt < server.requestReadAt, 'the client began before the server read')
      assert.ok(client.requestReadAt > server.requestReadAt, 'and its one send ended after that')
    })

    test("Sonde's own sockets are not watched, nor the other ends of its connections", async () => {
      const own = await play('plain', '4', (pid) => {
        const key = Buffer.alloc(4)
        key.writeUInt32LE(pid)
        probe.object.map('own_tgids').update(key, Buffer.from([1]))
      })
      const other = await play('plain')
      assert.deepEqual(turnsOf(own), { server: [], client: [] })
      assert.equal(turnsOf(other).server.length, 1)
    })

    test('nothing was lost', () => {
      assert.equal(probe.losses(), 0)
    })
  })
}
