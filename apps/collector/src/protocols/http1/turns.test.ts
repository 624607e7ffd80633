import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Messages } from '../protocol.ts'
import { http1 } from './index.ts'
import { readTurn, turnOf, type TurnText } from './turn-fixture.ts'

const get = (target: string) => `GET ${target} HTTP/1.1\r\nHost: a\r\n\r\n`
const ok = (body = '') => `HTTP/1.1 200 OK\r\nContent-Length: ${body.length}\r\n\r\n${body}`

/** What one reader finds in turns that follow one another. */
function turns(...texts: TurnText[]): string[][] {
  const reader = http1.open('server')
  return texts.map((text) => readTurn(reader, text))
}

test('pipelined requests, all answered in the prefix', () => {
  const request = get('/1') + `POST /2 HTTP/1.1\r\nContent-Length: 3\r\n\r\nabc` + get('/3')
  assert.deepEqual(turns({ request, response: ok('x') + ok() + 'HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n' }), [[
    'GET /1 200 complete 28→39', 'POST /2 200 complete 42→38', 'GET /3 404 complete 28→45',
  ]])
})

test('pipelined requests of which one answer is seen', () => {
  assert.deepEqual(turns({ request: get('/1') + get('/2') + get('/3'), response: ok() }), [[
    'GET /1 200 complete 28→38', 'GET /2 0 none 28→0', 'GET /3 0 none 28→0',
  ]])
})

test('a HEAD among them has no body, a chunked answer ends where it ends', () => {
  const request = `HEAD /1 HTTP/1.1\r\n\r\n` + get('/2') + get('/3')
  const response = 'HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n' + 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\n' + ok()
  assert.deepEqual(turns({ request, response }), [['HEAD /1 200 complete 20→39', 'GET /2 200 complete 28→59', 'GET /3 200 complete 28→38']])
})

test('pipelined beyond the captured prefix', () => {
  const request = Array.from({ length: 50 }, (_, i) => get(`/${i % 10}`)).join('')
  const [found] = turns({ request, response: ok() })
  // 1,024 bytes hold 36 requests of 28 and 16 bytes of the 37th, whose line is cut: a request all the same.
  assert.equal(found!.length, 37)
  assert.equal(found![36], `GET /6 0 none ${50 * 28 - 36 * 28}→0`)
})

test('a body that ends beyond the prefix, and a request behind it', () => {
  const request = `POST /up HTTP/1.1\r\nContent-Length: 2000\r\n\r\n` + 'x'.repeat(2_000) + get('/2')
  assert.deepEqual(turns({ request, response: ok() }, { request: get('/3'), response: ok() }), [
    ['POST /up 200 complete 2043→38', 'beyond 1'],
    ['GET /3 200 complete 28→38'],
  ])
})

test('Expect: 100-continue: two turns, one request', () => {
  const head = 'PUT /up HTTP/1.1\r\nContent-Length: 4\r\nExpect: 100-continue\r\n\r\n'
  assert.deepEqual(turns({ request: head, response: 'HTTP/1.1 100 Continue\r\n\r\n' }, { request: 'body', response: 'HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n' }, { request: get('/'), response: ok() }), [
    ['PUT /up 0 interim 61→25'],
    ['… 201 complete 4→43'],
    ['GET / 200 complete 27→38'],
  ])
})

test('an answer before the body’s end: what is left of the body is no request', () => {
  const request = `POST /up HTTP/1.1\r\nContent-Length: 3000\r\n\r\n` + 'x'.repeat(1_000)
  assert.deepEqual(turns({ request, response: 'HTTP/1.1 413 Too Large\r\nContent-Length: 0\r\n\r\n' }, { request: 'GET / HTTP/1.1\r\n\r\n'.padEnd(2_000, 'y') + get('/next'), requestPrefix: 4_096, response: ok() }), [
    ['POST /up 413 complete 1043→45'],
    ['… 0 none 2000→0', 'GET /next 200 complete 31→38'],
  ])
})

test('the same with a chunked body, whose length nobody said', () => {
  const request = `POST /up HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n`
  assert.deepEqual(turns({ request, response: ok() }, { request: '3\r\nabc\r\n0\r\n\r\n', response: '' , responseBytes: 0, closed: true }, { request: get('/next'), response: ok() }), [
    ['POST /up 200 complete 59→38'],
    ['… 0 none 13→0'],
    ['GET /next 200 complete 31→38'],
  ])
})

test('a request whose beginning was read before its forerunner was answered', () => {
  const next = get('/next')
  for (let cut = 1; cut < next.length; cut++) {
    const reader = http1.open('server')
    const first = readTurn(reader, { request: get('/1') + next.slice(0, cut), response: ok() })
    assert.deepEqual(first, ['GET /1 200 complete 28→38'], `cut at ${cut}`)
    const found = new Messages()
    reader.read(turnOf({ request: next.slice(cut), response: ok() }), found)
    assert.equal(found.count, 1)
    assert.equal(found.at(0).offset, -cut)
    assert.equal(found.at(0).target.text, '/next')
    assert.equal(found.at(0).requestBytes, next.length)
  }
})

test('101: after it the connection speaks something else', () => {
  assert.deepEqual(turns({ request: 'GET /ws HTTP/1.1\r\nUpgrade: websocket\r\n\r\n', response: 'HTTP/1.1 101 Switching Protocols\r\n\r\n' }), [['GET /ws 101 complete 40→36', 'ended']])
})

test('CONNECT: a tunnel if it is granted', () => {
  const request = 'CONNECT a:443 HTTP/1.1\r\n\r\n'
  assert.deepEqual(turns({ request, response: 'HTTP/1.1 200 Connection established\r\n\r\n' }), [['CONNECT a:443 200 complete 26→39', 'ended']])
  assert.deepEqual(turns({ request, response: 'HTTP/1.1 403 No\r\nContent-Length: 0\r\n\r\n' }, { request: get('/'), response: ok() }), [
    ['CONNECT a:443 403 complete 26→38'], ['GET / 200 complete 27→38'],
  ])
})

test('no answer before the connection ends', () => {
  assert.deepEqual(turns({ request: get('/slow'), closed: true }), [['GET /slow 0 none 31→0']])
  assert.deepEqual(turns({ request: 'GET /slow HTT', closed: true }), [['GET /slow 0 none 13→0']])
})

test('the same head cut by the prefix at every place', () => {
  const head = 'POST /cut/me?now=1 HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\n'
  for (let cut = 1; cut <= head.length; cut++) {
    const found = readTurn(http1.open('server'), { request: `${head}body`, requestPrefix: cut, response: ok() })
    if (cut <= 4) assert.deepEqual(found, ['undecoded'], `cut at ${cut}`)
    else {
      const seen = '/cut/me?now=1'.slice(0, cut - 5)
      assert.deepEqual(found, [`POST ${seen} 200 complete ${head.length + 4}→38`], `cut at ${cut}`)
    }
  }
})

test('the same answer cut at every place is never more than it is', () => {
  const response = 'HTTP/1.1 200 OK\r\nServer: x\r\nContent-Length: 4\r\n\r\nbody'
  for (let cut = 0; cut <= response.length; cut++) {
    // `cut` bytes have come.
    const [come] = readTurn(http1.open('server'), { request: get('/'), response: response.slice(0, cut) })
    assert.match(come!, cut < 12 ? / 0 none / : cut < response.length ? / 200 open / : / 200 complete /, `${cut} bytes`)
    // All have come, `cut` were captured.
    const [seen] = readTurn(http1.open('server'), { request: get('/'), response, responsePrefix: cut })
    const whole = response.indexOf('body')
    assert.match(seen!, cut < 12 ? / 0 none / : cut < whole ? / 200 unknown / : / 200 complete /, `${cut} captured`)
  }
})

test('fields that come again are read the same: a reader that knows them and one that doesn’t agree', () => {
  const heads = [
    'Host: a\r\nUser-Agent: x\r\n', 'Host: a\r\nUser-Agent: x\r\n', 'Host: a\r\nUser-Agent: x\r\n', 'Host: b\r\nUser-Agent: x\r\n', 'Host: a\r\nUser-Agent: x\r\nContent-Length: 1\r\n',
    '', 'Host: a\r\n', 'Host: a\r\nUser-Agent: x\r\n', 'Host: a\r\nUser-Agent: x\r\n',
  ]
  const knows = http1.open('client')
  for (const [i, fields] of [...heads, ...heads, ...heads].entries()) {
    const body = fields.includes('Length') ? 'z' : ''
    const text = { request: `GET /${i % 3} HTTP/1.${i % 2}\r\n${fields}\r\n${body}`, response: i % 4 === 0 ? 'HTTP/1.1 500 E\r\nContent-Length: 0\r\n\r\n' : ok('y'.repeat(i % 2)) }
    const found = new Messages()
    const fresh = new Messages()
    knows.read(turnOf(text), found)
    http1.open('client').read(turnOf(text), fresh)
    assert.equal(found.count, 1)
    assert.deepEqual(found.at(0), fresh.at(0), `turn ${i}`)
  }
})

test('random bytes never throw, nor do random cuts of a real turn', () => {
  let seed = 7
  const random = (below: number) => (seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0) % below
  const scraps = ['GET ', '/a', ' HTTP/1.1', '\r\n', '\n', ':', 'Content-Length: ', '9', 'Transfer-Encoding: chunked', 'Host: [', 'HTTP/1.1 100 ', 'HTTP/1.1 200 OK', '0\r\n\r\n', 'ffffffff', '\x00', '\xff', 'http://', '99999999999999999999']
  const piece = () => (random(4) === 0 ? String.fromCharCode(random(256)) : scraps[random(scraps.length)]!)
  const text = () => Array.from({ length: random(40) }, piece).join('')
  let reader = http1.open('server')
  let requests = 0
  for (let round = 0; round < 10_000; round++) {
    if (random(20) === 0) reader = http1.open(random(2) === 0 ? 'server' : 'client')
    const request = text()
    const response = text()
    const found = new Messages()
    const turn = turnOf({ request, response, requestPrefix: random(1_024), responsePrefix: random(256), requestBytes: request.length + random(2) * random(10_000), responseBytes: response.length + random(2) * random(10_000), closed: random(5) === 0 })
    http1.detect(turn.bytes, turn.requestAt, turn.requestPrefixEnd, turn.responseAt, turn.responsePrefixEnd)
    reader.read(turn, found)
    let bytes = 0
    for (let i = 0; i < found.count; i++) {
      const message = found.at(i)
      bytes += message.requestBytes
      assert.ok(message.requestBytes >= 0 && message.responseBytes >= 0 && message.responseBytes <= turn.responseBytes, `round ${round}`)
      assert.ok(message.target.text.length <= 1_024 && message.attributes.text.length < 4_096)
      if (message.attributes.text !== '') JSON.parse(message.attributes.text)
    }
    assert.ok(bytes <= turn.requestBytes + 4_096, `round ${round}: ${bytes} of ${turn.requestBytes}`)
    requests += found.count
  }
  assert.ok(requests > 100, `only ${requests} requests among the noise`)
})

test('64 KiB of junk in one record', () => {
  const junk: [piece: string, found: string[]][] = [
    ['\x00', ['undecoded']], ['A', ['undecoded']], ['a: bcd\r\n', ['undecoded']], ['\r\n', []], ['GET / HTTP/1.1\r\n', ['GET / 0 none 65536→65536']],
  ]
  for (const [piece, found] of junk) {
    const request = piece.repeat(65_536 / piece.length)
    assert.deepEqual(readTurn(http1.open('server'), { request, requestPrefix: 65_536, response: request, responsePrefix: 65_536 }), found)
  }
})

test('after a rest the same turns read as before, also in the middle of a body', () => {
  const texts: TurnText[] = [
    { request: get('/1'), response: ok('x') }, { request: get('/1'), response: ok('x') }, { request: get('/1'), response: ok('x') },
    { request: 'POST /2 HTTP/1.1\r\nContent-Length: 6\r\n\r\nabc', requestBytes: 44 }, { request: 'def' + get('/3'), response: ok() + ok() },
  ]
  let reader = http1.open('server')
  const isSpare: boolean[] = []
  const rested = texts.map((text) => {
    isSpare.push(reader.rest!())
    if (isSpare.at(-1)) reader = http1.open('server')
    return readTurn(reader, text)
  })
  assert.deepEqual(rested, turns(...texts))
  assert.deepEqual(isSpare, [true, true, true, true, false])
})
