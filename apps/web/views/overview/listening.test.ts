import assert from 'node:assert/strict'
import { test } from 'node:test'
import { listeningPrograms, whomToAsk, type ListeningSocket } from './listening.ts'

const socket = (service: string, pid: number, local: string, closedAt: string | null = null): ListeningSocket => ({ service, pid, local, closedAt, host: 'h' })

test('a program is one row with all of its addresses; what is closed is gone; who has no name comes last', () => {
  const programs = listeningPrograms([socket('', 0, '0.0.0.0:22'), socket('web', 7, '[::]:80'), socket('db', 5, '127.0.0.1:5432'), socket('web', 7, '0.0.0.0:80'), socket('web', 7, '0.0.0.0:80'), socket('old', 3, '127.0.0.1:1', '2026-11-26T00:00:00Z')])
  assert.deepEqual(programs.map(({ service, pid, addresses }) => [service, pid, addresses]), [['db', 5, ['127.0.0.1:5432']], ['web', 7, ['0.0.0.0:80', '[::]:80']], ['', 0, ['0.0.0.0:22']]])
})

test('who mostly speaks HTTP and can be reached from here is asked', () => {
  const kinds = new Map([['db', 'postgresql'], ['far', 'node'], ['shop', 'node'], ['web', 'nginx']])
  const programs = listeningPrograms([socket('db', 5, '127.0.0.1:5432'), socket('far', 6, '10.0.0.1:80'), socket('shop', 7, '[::]:8080'), socket('web', 8, '0.0.0.0:80')])
  assert.deepEqual(whomToAsk(programs, kinds), { service: 'shop', pid: 7, url: 'http://127.0.0.1:8080/' })
  assert.equal(whomToAsk(programs.slice(0, 2), kinds), undefined)
})
