/**
 * Makes the recording that `npm run demo` replays: the chain of e2e/workloads under a varying load, with answers that fail
 * and a client that hammers one order. Root, on the kernel: node e2e/recordings/make.ts FILE [SECONDS]
 */
import { Agent, get } from 'node:http'
import { startSonde } from '../running/sonde.ts'
import { startChain } from '../workloads/chain.ts'

const [file, seconds = '45'] = process.argv.slice(2)
if (!file) {
  console.error('usage: node e2e/recordings/make.ts FILE [SECONDS]')
  process.exit(2)
}
const kept = new Agent({ keepAlive: true, maxSockets: 8 })

function ask(port: number, path: string, agent: Agent | false): void {
  get({ host: '127.0.0.1', port, path, agent, headers: { 'user-agent': agent ? 'shop/2.1' : 'curl/8.5' } }, (response) => response.resume()).on('error', () => {})
}

const chain = await startChain(28860)
const sonde = await startSonde({ port: 28665, arguments: ['--record', file] })
const began = Date.now()
const end = began + Number(seconds) * 1000
while (Date.now() < end) {
  const share = (Date.now() - began) / (end - began)
  const burst = 2 + Math.round(4 * Math.sin(share * Math.PI * 3) ** 2)
  // Orders 0 … 999 exist; a few ask for others and get 404.
  for (let i = 0; i < burst; i++) ask(chain.port, `/order/${Math.floor(Math.random() * 1010)}`, kept)
  if (Math.random() < 0.1) ask(chain.port, '/order/7', false)
  await new Promise((resolve) => setTimeout(resolve, 40))
}
kept.destroy()
await sonde.stop()
await chain.stop()
