// GET /order/N asks the stock service for item N. Usage: node server.js PORT STOCK_PORT
import { Agent, createServer, get } from 'node:http'

const port = Number(process.argv[2])
const stockPort = Number(process.argv[3])
const agent = new Agent({ keepAlive: true, maxSockets: 8 })

function order(request, response) {
  const path = request.url.replace(/^\/order\//, '/stock/')
  const asked = get({ host: '127.0.0.1', port: stockPort, path, agent }, (stock) => {
    response.writeHead(stock.statusCode, { 'content-type': 'application/json' })
    stock.pipe(response)
  })
  asked.once('error', (error) => {
    response.writeHead(502)
    response.end(`${error.message}\n`)
  })
}

for (const host of ['127.0.0.1', '::1']) createServer({ keepAliveTimeout: 120_000 }, order).listen({ host, port, ipv6Only: true })
