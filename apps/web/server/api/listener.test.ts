import assert from 'node:assert/strict'
import { connect } from 'node:net'
import { test } from 'node:test'
import { startWeb, type TestWeb } from '../web.cases.ts'

interface Answered {
  readonly status: number
  readonly headers: Headers
  readonly body: string
}

/** What comes back for bytes that fetch doesn't send, up to the end of the connection. */
function answered(web: TestWeb, ...lines: readonly string[]): Promise<Answered> {
  return new Promise((resolve, reject) => {
    const socket = connect(Number(new URL(web.web.url).port), '127.0.0.1', () => socket.write(`${lines.join('\r\n')}\r\n\r\n`))
    let text = ''
    socket.setEncoding('utf8').on('data', (more) => (text += more)).on('error', reject)
    socket.on('close', () => {
      const [head = '', ...body] = text.split('\r\n\r\n')
      const [status = '', ...fields] = head.split('\r\n')
      const headers = new Headers(fields.map((field) => field.split(': ', 2) as [string, string]))
      const whole = body.join('')
      resolve({ status: Number(status.split(' ')[1]), headers, body: headers.has('content-length') ? whole : whole.replaceAll(/^[\da-f]+\r\n|\r\n0$/g, '') })
    })
  })
}

test('whatever comes is answered by a problem that says how long it took', async (t) => {
  const web = await startWeb(t)
  const host = `Host: ${new URL(web.web.url).host}`
  const upgrade = [host, 'Connection: Upgrade', 'Upgrade: websocket', 'Sec-WebSocket-Version: 13']
  const key = 'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA=='
  const protocol = 'Sec-WebSocket-Protocol: sonde.live.v1'
  for (const [status, ...lines] of [
    [400, 'HELLO'],
    [400, 'NONSENSE /api/v1/health HTTP/1.1', host],
    [400, 'OPTIONS * HTTP/1.1', host, 'Connection: close'],
    [400, `GET ${web.api}/health HTTP/1.1`, host, 'Connection: close'],
    [400, 'GET /api/v1/health HTTP/1.1', host, 'Host: evil.example', 'Connection: close'],
    [421, 'GET /api/v1/health HTTP/1.1', 'Connection: close'],
    [421, 'GET /api/v1/health HTTP/1.1', 'Host:', 'Connection: close'],
    [421, 'GET /api/v1/health HTTP/1.0'],
    [431, 'GET /api/v1/health HTTP/1.1', host, `X: ${'x'.repeat(70_000)}`],
    [400, `GET /api/v1/services?cursor=${'x'.repeat(50_000)} HTTP/1.1`, host, 'Connection: close'],
    [426, 'GET /api/v1/live HTTP/1.1', host, 'Connection: close'],
    [400, 'GET /api/v1/live HTTP/1.1', ...upgrade, protocol],
    [400, 'GET /api/v1/live HTTP/1.1', ...upgrade, key],
    [403, 'GET /api/v1/live HTTP/1.1', ...upgrade, key, protocol, 'Origin: http://evil.example'],
    [404, 'GET /api/v1/lives HTTP/1.1', ...upgrade, key, protocol],
  ] as const) {
    const answer = await answered(web, ...lines)
    const { headers } = answer
    assert.deepEqual([answer.status, headers.get('content-type'), (JSON.parse(answer.body) as { status: number }).status], [status, 'application/problem+json', status], lines.join('\n'))
    assert.match(headers.get('server-timing') ?? '', /^total;dur=\d/)
    assert.equal(headers.get('x-content-type-options'), 'nosniff')
  }
})

test('who offers another protocol than WebSocket is answered in this one', async (t) => {
  const web = await startWeb(t)
  const { status, body } = await answered(web, 'GET /api/v1/losses HTTP/1.1', `Host: ${new URL(web.web.url).host}`, 'Connection: Upgrade, HTTP2-Settings, close', 'Upgrade: h2c', 'HTTP2-Settings: AAMAAABkAAQCAAAAAAIAAAAA')
  assert.equal(status, 200)
  assert.match(body, /"total":0/)
})

test('what is no HTTP behind a request that is being answered breaks the connection, and not into the answer', async (t) => {
  const web = await startWeb(t)
  const { body } = await answered(web, 'GET /api/v1/openapi.json HTTP/1.1', `Host: ${new URL(web.web.url).host}`, '', 'HELLO')
  assert.doesNotMatch(body, /bad-request/)
})
