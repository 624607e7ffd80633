import assert from 'node:assert/strict'
import { test } from 'node:test'
import { mappingAt, parseMappings } from './mappings.ts'

const text = `55d0c0a00000-55d0c0a01000 r--p 00000000 fe:01 1234                       /usr/bin/node
55d0c0a01000-55d0c0b00000 r-xp 00001000 fe:01 1234                       /usr/bin/node
7f0000000000-7f0000001000 r-xp 00000000 00:00 0
7f0000002000-7f0000003000 r-xp 00002000 fe:01 99                         /tmp/a b\\012c.so (deleted)
7f0000004000-7f0000005000 rwxp 00000000 00:00 0                          [anon:v8]
7ffe00000000-7ffe00002000 r-xp 00000000 00:00 0                          [vdso]
rubbish
`

test('what can be executed, by address, with its file', () => {
  const mappings = parseMappings(text)
  assert.deepEqual(mappings.map(({ start, file, path }) => [start, file, path]), [
    [0x55d0c0a01000, 'fe:01:1234', '/usr/bin/node'], [0x7f0000000000, '', ''], [0x7f0000002000, 'fe:01:99', '/tmp/a b\nc.so'], [0x7f0000004000, '', ''], [0x7ffe00000000, '', '[vdso]'],
  ])
  assert.equal(mappings[0]!.offset, 0x1000)
  assert.equal(mappingAt(mappings, 0x55d0c0a01000)!.path, '/usr/bin/node')
  assert.equal(mappingAt(mappings, 0x55d0c0afffff)!.path, '/usr/bin/node')
  assert.equal(mappingAt(mappings, 0x55d0c0b00000), undefined)
  assert.equal(mappingAt(mappings, 0x55d0c0a00fff), undefined)
  assert.equal(mappingAt([], 5), undefined)
})
