// The routes of ../routes.ts on node:http. Usage: node server.js PORT
import { createServer } from 'node:http'

const port = Number(process.argv[2])

function answer(request, response) {
  const path = request.url.split('?')[0]
  const [, first, second] = path.split('/')
  if (request.method === 'POST' && path === '/echo-length') return echoLength(request, response)
  request.resume()
  if (path === '/ok') return response.end('ok\n')
  if (first === 'item' && second) return response.end(`item ${second}\n`)
  if (first === 'bytes' && /^\d+$/.test(second ?? '')) return sendBytes(response, Number(second))
  response.statusCode = path === '/fail' ? 500 : 404
  return response.end(`${response.statusCode}\n`)
}

function sendBytes(response, count) {
  response.setHeader('content-length', count)
  response.end(Buffer.alloc(count, 120))
}

function echoLength(request, response) {
  let length = 0
  request.on('data', (bytes) => (length += bytes.length))
  request.on('end', () => response.end(`${length}\n`))
}

for (const host of ['127.0.0.1', '::1']) {
  const server = createServer({ keepAliveTimeout: 120_000 }, answer)
  server.maxRequestsPerSocket = 0
  server.listen({ host, port, ipv6Only: true })
}
