import { request as httpRequest, Agent, createServer } from 'node:http'
import { once } from 'node:events'

/**
 * The watched programs, uninstrumented, each a process of its own: `chain.ts back PORT`, `chain.ts front PORT BACK_PORT`,
 * and `chain.ts client FRONT_PORT PREFIX COUNT`, which asks the front for PREFIX/front/0…; each answer of the front needs
 * one of the back's, at PREFIX/back/0….
 */
const agent = new Agent({ keepAlive: true, maxSockets: 1 })

async function get(port: number, path: string): Promise<number> {
  const request = httpRequest({ host: '127.0.0.1', port, path, agent }).end()
  const [response] = await once(request, 'response')
  response.resume()
  await once(response, 'end')
  return response.statusCode
}

const [role, ...args] = process.argv.slice(2)
if (role === 'back') {
  createServer((request, response) => response.writeHead(request.url!.endsWith('7') ? 404 : 200).end('back')).listen(Number(args[0]), '127.0.0.1')
} else if (role === 'front') {
  createServer((request, response) => {
    void get(Number(args[1]), request.url!.replace('/front/', '/back/')).then((status) => response.writeHead(status).end('front'))
  }).listen(Number(args[0]), '127.0.0.1')
} else {
  for (let i = 0; i < Number(args[2]); i++) await get(Number(args[0]), `${args[1]}/front/${i}`)
  agent.destroy()
}
