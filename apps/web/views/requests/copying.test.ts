import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { RequestAnswer } from '../../server/query/request-answer.ts'
import { asTable } from './copying.ts'

const row: RequestAnswer = {
  id: '00f067aa0ba902b7', traceId: '0'.repeat(32), startTime: '2026-11-22T14:00:00.000000001Z', durationNs: 1_420_123, role: 'server', service: 'web', peer: '=HYPERLINK("x")', host: 'h',
  protocol: 'http', method: 'GET', target: '/a\tb\n', path: '/a', template: null, status: null, error: false, requestBytes: 1, responseBytes: 2, pid: 3, tid: 3, comm: 'c', turn: 1, srttNs: null,
  connection: { id: '1', local: 'a', remote: 'b' }, attributes: {},
}

test('exact values, one line a row, whatever the cells hold', () => {
  const [head, line, ...rest] = asTable([row]).split('\n')
  assert.equal(head!.split('\t').length, 13)
  assert.equal(rest.length, 0)
  assert.equal(line, '2026-11-22T14:00:00.000000001Z\t1420123\tserver\tweb\t\'=HYPERLINK("x")\tGET\t/a\\tb\\n\t\t1\t2\t3\t00f067aa0ba902b7\t00000000000000000000000000000000')
})
