import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseHosts, peerNames } from './peer-names.ts'

test('peers are named by the narrowest rule, then by /etc/hosts', () => {
  const name = peerNames({ '10.0.0.0/8': 'intranet', '10.0.0.7': 'db', '10.0.0.7:6379': 'cache', '[2001:db8::/32]:443': 'partner' }, '192.0.2.9 mail mx # the old one\n10.9.9.9 hostsfile\n')
  assert.equal(name('10.0.0.7', 6379), 'cache')
  assert.equal(name('10.0.0.7', 5432), 'db')
  assert.equal(name('10.9.9.9', 1), 'intranet')
  assert.equal(name('2001:db8::5', 443), 'partner')
  assert.equal(name('2001:db8::5', 80), undefined)
  assert.equal(name('192.0.2.9', 25), 'mail')
  assert.equal(name('not an address', 25), undefined)
})

test('/etc/hosts: loopback and comments name nobody', () => {
  assert.deepEqual([...parseHosts('127.0.0.1 localhost\n::1 ip6-localhost\nff02::1 ip6-allnodes\n#1.2.3.4 x\n1.2.3.4\tfirst second\n1.2.3.4 later\n5.6.7.8\n')], [['1.2.3.4', 'first']])
})
