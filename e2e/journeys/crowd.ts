import { EDGES, programOf, PROGRAMS, type Edge, type Program } from './shop-plan.ts'

const MS = 1e6
const endpoints = [{ method: 'GET', template: '/v2/{id}', share: 1 }]

/** Puts the shop among many: services in units and containers of several, each asked by another, and addresses that ask the storefront. Before any rows are made. */
export function addCrowd(services: number, addresses: number): void {
  for (let i = 0; i < services; i++) {
    const name = `worker-${String(i).padStart(3, '0')}`
    const shared: Pick<Program, 'unit' | 'container'> = i % 3 === 0 ? { container: `pool-${i % 9}` } : { unit: `batch-${i % 8}.service` }
    const program: Program = { service: name, kind: 'process', comm: name, commandLine: `/opt/${name}`, user: 'batch', pids: [60_000 + i], parent: 1, port: 20_000 + i, address: `10.1.${i >> 8}.${i & 255}`, cores: 0.01, threads: 4, ...shared }
    PROGRAMS.push(program)
    programOf.set(name, program)
    EDGES.push(call(i % 5 === 0 ? 'catalog' : `worker-${String(i - 1 - (i % 4 === 0 && i > 8 ? 7 : 0)).padStart(3, '0')}`, name, 0.02 + (i % 7) * 0.01))
  }
  for (let i = 0; i < addresses; i++) EDGES.push(call(i % 4 === 0 ? `10.20.${i >> 4}.${i & 255}` : `203.0.${113 + (i & 7)}.${i & 255}`, 'storefront', 0.01))
}

const call = (from: string, to: string, per: number): Edge => ({ from, to, per, medianNs: 3 * MS, spread: 0.5, endpoints })
