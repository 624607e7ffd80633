import type { Detection, ProcessFacts } from '../detector.ts'

interface Server {
  readonly service: string
  readonly kind: string
  readonly defaultPorts: readonly number[]
}

const of = (kind: string, ...defaultPorts: number[]): Server => ({ service: kind, kind, defaultPorts })

/** Servers whose executable says what they are. Their ports tell two of them apart, save for those that go without saying. */
const SERVERS: Readonly<Record<string, Server>> = {
  nginx: of('nginx', 80, 443),
  openresty: of('nginx', 80, 443),
  apache2: of('apache', 80, 443),
  httpd: of('apache', 80, 443),
  caddy: of('caddy', 80, 443),
  haproxy: of('haproxy', 80, 443),
  envoy: of('envoy', 10000),
  traefik: of('traefik', 80, 443),
  lighttpd: of('lighttpd', 80, 443),
  varnishd: of('varnish', 6081),
  squid: of('squid', 3128),
  postgres: of('postgresql', 5432),
  pgbouncer: of('pgbouncer', 6432),
  mysqld: of('mysql', 3306, 33060),
  mariadbd: of('mariadb', 3306),
  'redis-server': of('redis', 6379),
  'valkey-server': of('valkey', 6379),
  'redis-sentinel': of('redis-sentinel', 26379),
  memcached: of('memcached', 11211),
  mongod: of('mongodb', 27017),
  mongos: of('mongos', 27017),
  'clickhouse-server': of('clickhouse', 8123, 9000),
  etcd: of('etcd', 2379, 2380),
  consul: of('consul', 8500),
  'nats-server': of('nats', 4222),
  prometheus: of('prometheus', 9090),
  grafana: of('grafana', 3000),
  'grafana-server': of('grafana', 3000),
  sshd: of('sshd', 22),
  named: of('bind', 53),
  unbound: of('unbound', 53),
  dnsmasq: of('dnsmasq', 53),
  dockerd: of('dockerd', 2375, 2376),
  containerd: of('containerd'),
  kubelet: of('kubelet', 10250),
}

/** Undefined if neither the executable nor the name it was called by (Debian's redis-server is a link to redis-check-rdb) is a server we know. */
export function server(executable: string, facts: ProcessFacts): Detection | undefined {
  const calledBy = /[^/\s:]*(?=[\s:]|$)/.exec(facts.commandArgs[0] ?? '')?.[0] ?? ''
  return byName(executable, facts) ?? byName(calledBy, facts)
}

function byName(executable: string, facts: ProcessFacts): Detection | undefined {
  if (Object.hasOwn(SERVERS, executable)) return SERVERS[executable]
  if (/^php-fpm[\d.]*$/.test(executable)) return of('php-fpm', 9000)
  // Erlang's machine runs RabbitMQ, CouchDB, ejabberd: the application is in the arguments.
  if (executable === 'beam.smp') return facts.commandArgs.some((arg) => arg.includes('rabbit')) ? of('rabbitmq', 5672, 15672, 25672) : of('erlang')
  return undefined
}
