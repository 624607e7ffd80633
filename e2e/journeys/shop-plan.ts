/** A shop of a dozen services that never was: who asks whom, how often, how long it takes. Test data, never product code. */

export interface Endpoint {
  readonly method: string
  readonly template: string
  /** Share of the edge's requests. */
  readonly share: number
  readonly status?: number
}

export interface Edge {
  readonly from: string
  readonly to: string
  /** Requests a second for each the shop is asked from outside. */
  readonly per: number
  readonly medianNs: number
  /** Of the logarithm. */
  readonly spread: number
  readonly endpoints: readonly Endpoint[]
  readonly protocol?: string
  /** In the trouble: share of slow ones and how slow, share of errors. */
  readonly trouble?: { readonly share: number; readonly slowNs: number; readonly errors: number }
  /** In the trouble: what is left of the rate. */
  readonly fewer?: number
}

const get = (template: string, share: number): Endpoint => ({ method: 'GET', template, share })
const post = (template: string, share: number, status = 201): Endpoint => ({ method: 'POST', template, share, status })
const MS = 1e6

export const EDGES: Edge[] = [
  { from: '203.0.113.25', to: 'storefront', per: 1, medianNs: 21 * MS, spread: 0.7, endpoints: [get('/', 0.4), get('/product/{id}', 0.4), get('/search', 0.12), post('/checkout', 0.08)], trouble: { share: 0.05, slowNs: 700 * MS, errors: 0.003 } },
  { from: 'storefront', to: 'checkout', per: 0.13, medianNs: 46 * MS, spread: 0.5, endpoints: [post('/checkout/{id}/confirm', 0.3, 200), get('/checkout/{id}', 0.24), { method: 'PUT', template: '/checkout/{id}/items', share: 0.2 }, post('/checkout', 0.16), get('/checkout/{id}/quote', 0.1)], trouble: { share: 0.16, slowNs: 620 * MS, errors: 0.0184 } },
  { from: 'storefront', to: 'cart', per: 0.29, medianNs: 6.1 * MS, spread: 0.6, endpoints: [get('/cart/{id}', 0.7), post('/cart/{id}/items', 0.3)] },
  { from: 'storefront', to: 'catalog', per: 0.62, medianNs: 4.9 * MS, spread: 0.5, endpoints: [get('/products/{id}', 0.8), get('/categories/{id}', 0.2)] },
  { from: 'storefront', to: 'search', per: 0.12, medianNs: 31 * MS, spread: 0.4, endpoints: [get('/search', 1)] },
  { from: 'storefront', to: 'accounts', per: 0.08, medianNs: 9.7 * MS, spread: 0.5, endpoints: [get('/accounts/{id}', 0.9), post('/sessions', 0.1)] },
  { from: 'checkout', to: 'inventory', per: 0.21, medianNs: 8.4 * MS, spread: 0.5, endpoints: [post('/reserve', 0.5, 200), get('/stock/{sku}', 0.5)], trouble: { share: 0.22, slowNs: 571 * MS, errors: 0.002 } },
  { from: 'checkout', to: 'payments', per: 0.044, medianNs: 118 * MS, spread: 0.3, endpoints: [post('/charges', 1)], fewer: 0.66 },
  { from: 'checkout', to: 'pricing', per: 0.11, medianNs: 1.9 * MS, spread: 0.4, endpoints: [get('/price/{sku}', 1)] },
  { from: 'inventory', to: 'stock-db', per: 0.5, medianNs: 0.87 * MS, spread: 0.6, endpoints: [{ method: '', template: '', share: 1 }], protocol: 'tcp' },
  { from: 'catalog', to: 'sessions', per: 0.44, medianNs: 0.084 * MS, spread: 0.5, endpoints: [{ method: '', template: '', share: 1 }], protocol: 'tcp' },
  { from: 'payments', to: '198.51.100.40', per: 0.044, medianNs: 98 * MS, spread: 0.3, endpoints: [post('/v1/charges', 1, 200)], fewer: 0.66 },
]

export interface Program {
  readonly service: string
  readonly kind: string
  readonly comm: string
  readonly commandLine: string
  readonly user: string
  readonly unit?: string
  readonly container?: string
  readonly pids: readonly number[]
  readonly parent: number
  readonly port: number
  readonly address: string
  readonly cores: number
  readonly threads: number
}

const docker = (name: string, commandLine: string, pids: readonly number[], port: number, cores: number, threads: number): Program => ({ service: name, kind: 'container', comm: commandLine.split(' ')[0]!.replace('/', '').slice(0, 15), commandLine, user: '1000', container: name, pids, parent: 2210, port, address: `10.0.0.${port % 200}`, cores, threads })

export const PROGRAMS: Program[] = [
  { service: 'storefront', kind: 'nginx', comm: 'nginx', commandLine: 'nginx: worker process', user: 'www-data', unit: 'nginx.service', pids: [1812, 1813], parent: 1811, port: 8443, address: '10.0.0.10', cores: 0.62, threads: 1 },
  { service: 'checkout', kind: 'node', comm: 'node', commandLine: 'node dist/server.js --port 8080', user: 'checkout', unit: 'checkout.service', pids: [3121, 3122], parent: 1, port: 8080, address: '10.0.0.11', cores: 0.41, threads: 18 },
  { service: 'inventory', kind: 'java', comm: 'java', commandLine: 'java -jar inventory-4.18.2.jar', user: 'inventory', unit: 'inventory.service', pids: [48213], parent: 1, port: 8081, address: '10.0.0.12', cores: 0.88, threads: 44 },
  docker('cart', '/cart --listen :8082', [2344], 8082, 0.22, 14),
  { ...docker('catalog', 'gunicorn: worker [catalog]', [2290, 2291], 8083, 0.74, 9), comm: 'gunicorn' },
  docker('search', '/search -index /data', [2402], 8084, 1.12, 31),
  docker('accounts', '/accounts', [2467], 8085, 0.08, 10),
  docker('payments', '/payments', [2433], 8086, 0.09, 10),
  docker('pricing', '/pricing --listen :9090', [2371], 9090, 0.31, 12),
  { service: 'stock-db', kind: 'postgresql', comm: 'postgres', commandLine: 'postgres -D /var/lib/postgresql/16/stock', user: 'postgres', unit: 'postgresql@16-stock.service', pids: [1402], parent: 1, port: 5432, address: '10.0.0.31', cores: 1.21, threads: 1 },
  { service: 'sessions', kind: 'redis', comm: 'redis-server', commandLine: 'redis-server 0.0.0.0:6379', user: 'redis', unit: 'redis.service', pids: [1391], parent: 1, port: 6379, address: '10.0.0.33', cores: 0.14, threads: 5 },
]

/** By service. */
export const programOf = new Map(PROGRAMS.map((program) => [program.service, program]))

/** Processes without traffic: pid, parent, comm, command line, user, unit. */
export const OTHERS = [
  [1, 0, 'systemd', '/sbin/init', 'root', 'init.scope'],
  [1811, 1, 'nginx', 'nginx: master process /usr/sbin/nginx', 'root', 'nginx.service'],
  [2210, 1, 'containerd-shim', 'containerd-shim-runc-v2 -namespace moby', 'root', 'docker.service'],
  [902, 1, 'cron', 'cron -f', 'root', 'cron.service'],
  [1004, 1, 'sshd', 'sshd: listener', 'root', 'ssh.service'],
  [48511, 1004, 'bash', '-bash', 'ops', 'session-214.scope'],
] as const
