import assert from 'node:assert/strict'
import { test } from 'node:test'
import { request as httpRequest } from 'node:http'
import { REPLAYED } from '@sonde/shared/signal'
import { formatInstant } from '@sonde/shared/units'
import { RESOURCES } from '../query/index.ts'
import { batchOf, request, SECOND, T0 } from '../store/rows.cases.ts'
import { startWeb, HEALTH, type TestWeb } from '../web.cases.ts'

const RANGE = `from=${formatInstant(T0 - SECOND)}&to=${formatInstant(T0 + 3600n * SECOND)}`
const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z$/

/** Both ends of a request, a connection that lives and one that failed, a process that runs and one that ended. */
async function fill(web: TestWeb) {
  const collector = await web.collector()
  collector.say({ type: 'health', report: HEALTH })
  await collector.store(batchOf('requests', [
    request(1, 0, { service: 'db', peer: 'shop', pairKey: 1, flags: 2, durationNs: 50_000 }),
    request(2, 0, { service: 'shop', peer: 'db', role: 1, pairKey: 1, flags: 10, durationNs: 90_000, traceIdLow: 1 }),
    request(3, 1, { service: 'shop', peer: '8.8.8.8', pairKey: 3, status: 404, path: '/nope' }),
    request(4, 2, { service: 'shop', peer: '8.8.8.8', pairKey: 4, status: 500, error: 1, durationNs: -1, firstByteNs: -1, attributes: '{"a":1}' }),
  ]))
  const connection = { role: 1, service: 'shop', peer: 'db', peerNamed: 1, localAddress: '10.0.0.1', localPort: 4000, remoteAddress: '::1', remotePort: 5432, protocol: 'http', connectNs: -1 }
  await collector.store(batchOf('connections', [
    { ...connection, id: 1, time: T0, openedAt: T0, state: 'established', bytesSent: 7, windowLimitedNs: -1, unreadNs: 5e9, unreadMostNs: 6e9, unreadBytes: 4096, unackedBytes: 12, zeroWindows: 'local' },
    { ...connection, id: 2, time: T0 + SECOND, openedAt: T0 + SECOND, peer: '10.0.0.7:99', peerNamed: 0, protocol: '', state: 'failed', failure: 'refused', drops: 3, dropReason: 'NETFILTER_DROP', resets: 'remote' },
  ]))
  await collector.store(batchOf('processes', [
    { pid: 10, startedAt: T0, time: T0, threads: 3, service: 'shop', serviceKind: 'node', comm: 'node', user: 'root', exitCode: 0xffffffff },
    { pid: 11, startedAt: T0, exitedAt: T0 + 5n * SECOND, exitCode: 137, time: T0, comm: 'cc' },
  ]))
  await collector.store(batchOf('losses', [{ time: T0, count: 3, where: 'probe.exchange', reason: 'ring buffer full', affects: 'requests' }]))
  return collector
}

test('every resource answers as its schema says, before and after there is data', async (t) => {
  const web = await startWeb(t)
  const ids: Record<string, string> = { '{id}': '0000000000000001', '{traceId}': '00000000000000070000000000000001' }
  for (const isFilled of [false, true]) {
    if (isFilled) await fill(web)
    for (const { name, answer, params } of RESOURCES) {
      const hasRange = 'from' in params.shape
      const path = name.replace(/\{\w+\}/, (id) => ids[id]!)
      const { status, body, headers } = await web.get(hasRange ? `${path}?${RANGE}${name.includes('aggregate') || name.includes('heatmap') || name.includes('series') ? '&step=1m' : ''}` : path)
      assert.match(headers.get('server-timing') ?? '', /^total;dur=/)
      if (name.includes('{') && !isFilled) {
        assert.equal(status, 404)
        continue
      }
      assert.equal(status, 200, `${name}: ${JSON.stringify(body)}`)
      const checked = answer.strict().safeParse(body)
      assert.ok(checked.success, `${name}: ${checked.error?.message} ${JSON.stringify(body).slice(0, 500)}`)
    }
  }
})

test('requests are as the contract says', async (t) => {
  const web = await startWeb(t)
  await fill(web)
  const { body } = await web.get(`requests?${RANGE}`)
  assert.equal(body.total, 4)
  const rows = body.requests as unknown as Record<string, never>[]
  assert.deepEqual(rows.map((row) => row.id), [4, 3, 2, 1].map((id) => `000000000000000${id}`))
  const [last] = rows
  assert.deepEqual({ ...last }, {
    id: '0000000000000004', traceId: '00000000000000070000000000000004', startTime: '2026-11-22T22:14:17.000000000Z', durationNs: null, role: 'server', service: 'shop', peer: '8.8.8.8', host: 'h1',
    protocol: 'http', method: 'GET', target: '/items/4?x=1', path: '/items/4', template: '/items/{id}', status: 500, error: true, requestBytes: 100, responseBytes: 1000, pid: 4321, tid: 4321, comm: 'node',
    turn: 1, srttNs: null, connection: { id: '0000000000000005', local: '10.0.0.1:8080', remote: '10.0.0.9:50000' }, attributes: { a: 1 },
  })
  for (const [query, total] of [['status=404', 1], ['status=4xx', 1], ['status=error', 1], ['status=!error', 3], ['role=client', 1], ['service=shop&service=db', 4], ['service=!shop', 1], ['path=/items/*', 3], ['path=/nope', 1], ['minDurationNs=60000', 2], ['maxDurationNs=60000', 1], ['q=8.8.8', 2], ['q=0000000000000003', 1], ['host=h2', 0], ['pid=4321&comm=node', 4], ['link=exact', 2], ['link=unknown', 2], ['link=!exact&status=4xx', 1]] as const) {
    assert.equal((await web.get(`requests?${RANGE}&${query}`)).body.total, total, query)
  }
  const { facets } = (await web.get(`requests/facets?${RANGE}`)).body as unknown as { facets: { field: string; values: unknown }[] }
  assert.deepEqual(facets.find(({ field }) => field === 'link')!.values, [{ value: 'exact', count: 2 }, { value: 'unknown', count: 2 }])
})

test('a request has its moments and its other end; a trace has both with parents', async (t) => {
  const web = await startWeb(t)
  await fill(web)
  const server = (await web.get('requests/0000000000000001')).body as unknown as { timeline: { name: string; time: string }[]; link: unknown }
  assert.deepEqual(server.link, { client: '0000000000000002' })
  assert.deepEqual(server.timeline.map(({ name }) => name), ['arrival', 'read', 'requestEnd', 'firstByte', 'lastByte'])
  assert.equal(server.timeline[4]!.time, '2026-11-22T22:14:15.000050000Z')
  assert.deepEqual((await web.get('requests/0000000000000002')).body.link, { server: '0000000000000001' })
  const alone = (await web.get('requests/0000000000000004')).body as unknown as { timeline: { name: string }[]; link: unknown }
  assert.deepEqual([alone.link, alone.timeline.map(({ name }) => name)], [{}, ['arrival', 'read', 'requestEnd']])
  const { spans } = (await web.get('traces/00000000000000070000000000000001')).body as unknown as { spans: { spanId: string; parentSpanId: string | null; link: unknown }[] }
  assert.deepEqual(spans.map(({ spanId, parentSpanId, link }) => [spanId, parentSpanId, link]).sort(), [
    ['0000000000000001', '0000000000000002', { confidence: 'exact' }], ['0000000000000002', null, { confidence: 'unknown' }],
  ])
})

test('services, map, connections, processes, losses, probes, exporters', async (t) => {
  const web = await startWeb(t)
  await fill(web)
  const services = (await web.get(`services?${RANGE}`)).body.services as unknown as { name: string; kind: string; requestCount: number; errorRate: number; client: { requestCount: number }; processCount: number; durationNs: unknown }[]
  assert.deepEqual(services.map(({ name, kind, requestCount, errorRate, client, processCount }) => [name, kind, requestCount, errorRate, client.requestCount, processCount]), [['db', 'process', 1, 0, 0, 0], ['shop', 'node', 2, 0.5, 1, 1]])
  const map = (await web.get(`service-map?${RANGE}`)).body as unknown as { nodes: { id: string; kind: string }[]; edges: Record<string, unknown>[] }
  assert.deepEqual(map.nodes.map(({ id, kind }) => [id, kind]), [['8.8.8.8', 'external'], ['db', 'service'], ['shop', 'service']])
  assert.deepEqual(map.edges.map(({ from, to, protocol, requestCount, errorCount, connectionCount, bytesSent }) => [from, to, protocol, requestCount, errorCount, connectionCount, bytesSent]), [
    ['8.8.8.8', 'shop', 'http', 2, 1, 0, 0], ['shop', 'db', 'http', 1, 0, 1, 7],
  ], 'the refused port is no edge')
  assert.equal(((await web.get(`service-map?${RANGE}&service=db`)).body.edges as unknown as unknown[]).length, 1)
  const connections = (await web.get(`connections?${RANGE}`)).body as unknown as { total: number; connections: Record<string, unknown>[] }
  assert.equal(connections.total, 2)
  assert.deepEqual(connections.connections.map(({ id, state, failure, remote, closedAt, connectNs }) => [id, state, failure, remote, closedAt, connectNs]), [
    ['0000000000000002', 'failed', 'refused', '[::1]:5432', '2026-11-22T22:14:16.000000000Z', null], ['0000000000000001', 'established', null, '[::1]:5432', null, null],
  ])
  assert.equal((await web.get(`connections?${RANGE}&state=established&service=shop`)).body.total, 1)
  assert.deepEqual(connections.connections.map(({ drops, dropReason, resetBy, zeroWindow, windowLimitedNs, bufferLimitedNs, unreadNs, unreadMostNs, unreadBytes, unackedBytes }) =>
    [drops, dropReason, resetBy, zeroWindow, windowLimitedNs, bufferLimitedNs, unreadNs, unreadMostNs, unreadBytes, unackedBytes]), [
    [3, 'NETFILTER_DROP', 'remote', null, 0, 0, 0, 0, 0, 0], [0, null, null, 'local', null, 0, 5e9, 6e9, 4096, 12],
  ])
  const at = (second: number) => web.get(`processes?at=${formatInstant(T0 + BigInt(second) * SECOND)}`)
  assert.deepEqual(((await at(1)).body.processes as unknown as { pid: number; exitCode: number | null }[]).map(({ pid, exitCode }) => [pid, exitCode]), [[10, null], [11, 137]])
  assert.equal((await at(6)).body.total, 1)
  const lived = async (from: number, to: number) => ((await web.get(`processes?from=${formatInstant(T0 + BigInt(from) * SECOND)}&to=${formatInstant(T0 + BigInt(to) * SECOND)}`)).body.processes as unknown as { pid: number; exitedAt: string | null }[]).map(({ pid, exitedAt }) => [pid, exitedAt !== null])
  assert.deepEqual(await lived(0, 60), [[10, false], [11, true]])
  assert.deepEqual(await lived(4, 5), [[10, false], [11, true]])
  assert.deepEqual(await lived(6, 60), [[10, false]])
  assert.deepEqual(await lived(-5, 0), [])
  assert.deepEqual(((await at(1)).body.processes as unknown as { threads: number | null; cpuCores: number | null }[]).map(({ threads, cpuCores }) => [threads, cpuCores]), [[3, 0], [null, null]])
  assert.deepEqual((await web.get(`losses?${RANGE}`)).body.total, 3)
  assert.deepEqual((await web.get('losses')).body, { losses: [], total: 0 })
  const { probes } = (await web.get('probes')).body as unknown as { probes: Record<string, unknown>[] }
  assert.deepEqual(probes, [{ ...HEALTH.probes[0], host: 'h1', addedNsPerRequest: 1800, addedIsAtMost: false }])
  assert.deepEqual(((await web.get('exporters')).body.exporters as unknown as unknown[])[0], { ...HEALTH.exporters[0], host: 'h1' })
})

test('aggregates have a point for every step, heatmaps a column', async (t) => {
  const web = await startWeb(t)
  await fill(web)
  const range = `from=${formatInstant(T0)}&to=${formatInstant(T0 + 3n * SECOND)}`
  const { groups, total } = (await web.get(`requests/aggregate?${range}&by=service,role&step=1s&protocol=http`)).body as unknown as { total: number; groups: { key: unknown; points: { time: string; requestCount: number; errorCount: number; durationNs: { p99: number | null } }[] }[] }
  assert.equal(total, 3)
  assert.deepEqual(groups[0]!.key, { service: 'shop', role: 'server' })
  assert.deepEqual(groups[0]!.points.map(({ time, requestCount, errorCount, durationNs }) => [time.slice(17, 19), requestCount, errorCount, durationNs.p99]), [['15', 0, 0, null], ['16', 1, 0, 60_003], ['17', 1, 1, null]])
  const whole = (await web.get(`requests/aggregate?${range}`)).body as unknown as { groups: { points: { requestCount: number; totalNs: number }[] }[] }
  // The one whose end was not seen has no duration to add.
  assert.deepEqual(whole.groups.map(({ points }) => points.map(({ requestCount, totalNs }) => [requestCount, totalNs])), [[[4, 50_000 + 90_000 + 60_003]]])
  const { columns } = (await web.get(`requests/heatmap?${range}&step=1s`)).body as unknown as { columns: { histogram: { count: number; buckets: number[][] } }[] }
  assert.deepEqual(columns.map(({ histogram }) => histogram.count), [2, 1, 0])
  const [[lower, upper, count]] = columns[1]!.histogram.buckets as [[number, number, number]]
  assert.ok(lower <= 60_003 && 60_003 < upper && upper / lower < 1.0626 && count === 1)
})

test('pages meet under live inserts, and total is exact for the range the first page had', async (t) => {
  const web = await startWeb(t)
  const collector = await web.collector()
  const now = BigInt(Date.now()) * 1_000_000n
  const recent = (id: number, agoSeconds: number) => request(id, 0, { startTime: now - BigInt(agoSeconds) * SECOND })
  await collector.store(batchOf('requests', Array.from({ length: 10 }, (_, n) => recent(n + 1, 60 - n))))
  const seen: string[] = []
  let cursor = ''
  for (let inserted = 100; ; inserted++) {
    const { body } = await web.get(`requests?from=now-5m&limit=3${cursor && `&cursor=${cursor}`}`)
    seen.push(...(body.requests as unknown as { id: string }[]).map(({ id }) => id))
    assert.equal(body.total, 10)
    if (!body.nextCursor) break
    cursor = body.nextCursor
    await collector.store(batchOf('requests', [request(inserted, 0, { startTime: BigInt(Date.now()) * 1_000_000n })]))
  }
  assert.deepEqual(seen, [10, 9, 8, 7, 6, 5, 4, 3, 2, 1].map((id) => id.toString(16).padStart(16, '0')))
})

test('unknown parameters and bad values are 400 and say which', async (t) => {
  const web = await startWeb(t)
  for (const [path, parameter] of [
    ['requests?nope=1', 'nope'], ['requests?limit=0', 'limit'], ['requests?limit=10001', 'limit'], ['requests?limit=1e2', 'limit'], ['requests?order=id', 'order'], ['requests?role=both', 'role'], ['requests?status=2x', 'status'],
    ['requests?cursor=x', 'cursor'], ['requests?cursor=e30', 'cursor'], ['requests?from=now&to=now-1s', 'from'], ['requests?to=2026', 'to'], ['requests?minDurationNs=-1', 'minDurationNs'], ['requests?from=now&from=now', 'from'],
    ['requests/aggregate?by=nope', 'by'], ['requests/aggregate?step=5', 'step'], ['requests/aggregate?step=1ms&from=now-1d', 'step'], ['requests/heatmap?by=service', 'by'], ['services?service=x', 'service'], ['processes?at=then', 'at'], ['processes?at=now&from=now-5m', 'at'],
    ['connections?role=x', 'role'], ['health?x=', 'x'], ['requests/0000000000000001?x=1', 'x'], ['losses?limit=x', 'limit'], ['openapi.json?x=1', 'x'],
  ] as const) {
    const { status, body, headers } = await web.get(path)
    assert.deepEqual([status, body.parameter, headers.get('content-type')], [400, parameter, 'application/problem+json'], `${path} ${JSON.stringify(body)}`)
    assert.deepEqual(Object.keys(body).sort(), ['detail', 'parameter', 'status', 'title', 'type'])
  }
})

test('what does not exist is 404, what cannot be done there 405, both as problems', async (t) => {
  const web = await startWeb(t)
  for (const path of ['requests/0123456789abcdef', 'requests/short', `requests/${'0'.repeat(32)}`, 'traces/zz', `traces/${'1'.repeat(32)}`, 'nope', 'profilesX']) {
    const { status, body, headers } = await web.get(path)
    assert.deepEqual([status, body.status, headers.get('content-type')], [404, 404, 'application/problem+json'], path)
  }
  for (const [method, path, allow] of [['POST', 'requests', 'GET, HEAD'], ['DELETE', 'health', 'GET, HEAD'], ['PUT', 'probes/x', 'PATCH'], ['PATCH', 'requests/aggregate', 'GET, HEAD']]) {
    const response = await fetch(`${web.api}/${path}`, { method: method! })
    assert.deepEqual([response.status, response.headers.get('allow'), ((await response.json()) as { status: number }).status], [405, allow, 405], `${method} ${path}`)
  }
  assert.equal((await fetch(`${web.web.url}/api/v2`)).status, 404)
  assert.equal((await fetch(`${web.api}/health`, { method: 'HEAD' })).status, 200)
})

/** A request with headers that fetch doesn't let one set. */
function raw(web: TestWeb, method: string, path: string, headers: Record<string, string>): Promise<number> {
  return new Promise((resolve, reject) => {
    const outgoing = httpRequest(`${web.web.url}${path}`, { method, headers }, (response) => {
      response.resume()
      resolve(response.statusCode!)
    })
    outgoing.on('upgrade', (_response, socket) => {
      socket.destroy()
      resolve(101)
    })
    outgoing.on('error', reject)
    outgoing.end()
  })
}

test('only this machine’s own names are served, and no foreign origin may change or listen', async (t) => {
  const web = await startWeb(t)
  const { port } = new URL(web.web.url)
  const upgrade = { connection: 'upgrade', upgrade: 'websocket', 'sec-websocket-version': '13', 'sec-websocket-key': 'AAAAAAAAAAAAAAAAAAAAAA==', 'sec-websocket-protocol': 'sonde.live.v1' }
  for (const host of ['127.0.0.1', '[::1]', 'localhost', 'LOCALHOST']) assert.equal(await raw(web, 'GET', '/api/v1/health', { host: `${host}:${port}` }), 200, host)
  for (const host of ['evil.example', `evil.example:${port}`, '127.0.0.1', 'localhost:1', `127.0.0.1.evil.example:${port}`]) {
    assert.equal(await raw(web, 'GET', '/api/v1/health', { host }), 421, host)
    assert.equal(await raw(web, 'GET', '/api/v1/live', { ...upgrade, host }), 421, host)
  }
  const host = `127.0.0.1:${port}`
  for (const origin of ['http://evil.example', 'null', `https://${host}`, `http://localhost:${port}`, 'http://127.0.0.1:1']) {
    assert.equal(await raw(web, 'GET', '/api/v1/live', { ...upgrade, host, origin }), 403, origin)
    assert.equal(await raw(web, 'POST', '/api/v1/views', { host, origin, 'content-type': 'application/json' }), 403, origin)
  }
  assert.equal(await raw(web, 'GET', '/api/v1/live', { ...upgrade, host, origin: `http://${host}` }), 101)
  assert.equal(await raw(web, 'GET', '/api/v1/live', { ...upgrade, host }), 101)
  assert.equal(await raw(web, 'GET', '/other', { ...upgrade, host }), 404)
})

test('a body too large or of unknown length is refused', async (t) => {
  const web = await startWeb(t)
  const headers = { 'content-type': 'application/json' }
  assert.equal((await fetch(`${web.api}/views`, { method: 'POST', headers, body: JSON.stringify({ name: 'x'.repeat(70_000), url: '/' }) })).status, 413)
  const chunked = new ReadableStream({ start: (controller) => (controller.enqueue(new TextEncoder().encode('{}')), controller.close()) })
  assert.equal((await fetch(`${web.api}/views`, { method: 'POST', headers, body: chunked, duplex: 'half' } as RequestInit)).status, 413)
})

test('answers forbid framing, sniffing and foreign content', async (t) => {
  const web = await startWeb(t)
  const { headers } = await web.get('health')
  assert.match(headers.get('content-security-policy') ?? '', /default-src 'none'.*frame-ancestors 'none'/)
  assert.equal(headers.get('x-content-type-options'), 'nosniff')
  assert.equal(headers.get('x-frame-options'), 'DENY')
  const nonces = await Promise.all([1, 2].map(async () => /script-src 'self' 'nonce-([^']+)';/.exec((await fetch(`${web.web.url}/`)).headers.get('content-security-policy') ?? '')?.[1]))
  assert.ok(nonces[0] && nonces[1] && nonces[0] !== nonces[1])
})

test('a probe is switched at its collector, and the switch is kept for the next', async (t) => {
  const web = await startWeb(t)
  const patch = (name: string, body: unknown) => fetch(`${web.api}/probes/${name}`, { method: 'PATCH', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) })
  assert.equal((await patch('exchange', { enabled: false })).status, 404)
  const collector = await web.collector()
  collector.say({ type: 'health', report: HEALTH })
  await web.until('probes', (body) => Number(body.total) === 1)
  const answer = patch('exchange', { enabled: false })
  await collector.inbox.find((message) => message.type === 'control' && message.probe === 'exchange' && !message.enabled)
  collector.say({ type: 'health', report: { ...HEALTH, probes: [{ ...HEALTH.probes[0], enabled: false, state: 'off' }] } })
  const response = await answer
  const probe = (await response.json()) as { name: string; enabled: boolean; state: string }
  assert.deepEqual([response.status, probe.name, probe.enabled, probe.state], [200, 'exchange', false, 'off'])
  for (const body of [{}, { enabled: 'no' }, { enabled: true, x: 1 }, 'text']) assert.equal((await patch('exchange', body)).status, 400, JSON.stringify(body))
  await collector.close()
  await web.until('health', (body) => body.status === 'degraded')
  assert.equal((await patch('exchange', { enabled: false })).status, 409)
  const next = await web.collector('s2')
  next.say({ type: 'health', report: HEALTH })
  await next.inbox.find((message) => message.type === 'control' && message.probe === 'exchange' && !message.enabled)
  next.say({ type: 'health', report: { ...HEALTH, probes: [{ ...HEALTH.probes[0]!, enabled: false, state: 'off', reason: REPLAYED }] } })
  await web.until('probes', (body) => (body.probes as unknown as { reason: string }[])[0]?.reason === REPLAYED)
  assert.equal((await patch('exchange', { enabled: true })).status, 409)
})

test('hosts get names, views are saved and removed', async (t) => {
  const web = await startWeb(t)
  await web.collector()
  const send = (method: string, path: string, body?: unknown) => fetch(`${web.api}/${path}`, { method, headers: { 'content-type': 'application/json' }, body: body === undefined ? undefined : JSON.stringify(body) })
  assert.equal((await send('PATCH', 'hosts/nope', { label: 'x' })).status, 404)
  assert.equal(((await (await send('PATCH', 'hosts/h1', { label: ' <b>front</b> ' })).json()) as { label: string }).label, '<b>front</b>')
  assert.equal(((await web.get('hosts')).body.hosts as unknown as { label: string }[])[0]!.label, '<b>front</b>')
  for (const body of [{ name: 'x', url: 'https://evil.example' }, { name: 'x', url: '//evil.example' }, { name: 'x', url: '/\\evil.example' }, { name: '', url: '/' }, { url: '/' }]) assert.equal((await send('POST', 'views', body)).status, 400, JSON.stringify(body))
  const created = await send('POST', 'views', { name: 'errors', url: '/requests?status=error' })
  const view = (await created.json()) as { id: string; createdAt: string }
  assert.equal(created.status, 201)
  assert.match(view.createdAt, INSTANT)
  assert.equal((await web.get('views')).body.total, 1)
  assert.equal((await send('DELETE', `views/${view.id}`)).status, 204)
  assert.equal((await send('DELETE', `views/${view.id}`)).status, 404)
})

test('the OpenAPI document names every path, and an unchanged answer is 304', async (t) => {
  const web = await startWeb(t)
  const { body, headers } = await web.get('openapi.json')
  const document = body as unknown as { openapi: string; paths: Record<string, Record<string, { responses: object }>> }
  assert.equal(document.openapi, '3.1.0')
  for (const { name } of RESOURCES) assert.ok(document.paths[`/api/v1/${name}`], name)
  for (const { responses } of Object.values(document.paths).flatMap(Object.values)) assert.ok('default' in responses)
  const again = await fetch(`${web.api}/openapi.json`, { headers: { 'if-none-match': headers.get('etag')! } })
  assert.equal(again.status, 304)
})
