import assert from 'node:assert/strict'
import { test } from 'node:test'
import { unitOf } from '../unit.ts'
import { serviceOf } from './index.ts'

const CASES: readonly (readonly [cgroup: string, unit: string | undefined, service: string | undefined])[] = [
  ['/system.slice/nginx.service', 'nginx.service', 'nginx'],
  ['/system.slice/system-postgresql.slice/postgresql@15-main.service', 'postgresql@15-main.service', 'postgresql@15-main'],
  ['/system.slice/my\\x2dshop.service', 'my-shop.service', 'my-shop'],
  ['/user.slice/user-1000.slice/session-3.scope', 'session-3.scope', undefined],
  ['/user.slice/user-1000.slice/user@1000.service/app.slice/syncthing.service', 'syncthing.service', 'syncthing'],
  ['/user.slice/user-1000.slice/user@1000.service/init.scope', 'init.scope', undefined],
  ['/user.slice/user-1000.slice/user@1000.service', 'user@1000.service', undefined],
  ['/system.slice/run-r1a2b3c.service', 'run-r1a2b3c.service', undefined],
  ['/system.slice/nginx.service/payload', 'nginx.service', 'nginx'],
  ['/init.scope', 'init.scope', undefined],
  ['/', undefined, undefined],
]

for (const [cgroup, unit, service] of CASES) {
  test(`${cgroup} is ${unit ?? 'no unit'}, service ${service ?? 'none'}`, () => {
    assert.equal(unitOf(cgroup), unit)
    assert.equal(unit === undefined ? undefined : serviceOf(unit), service)
  })
}
