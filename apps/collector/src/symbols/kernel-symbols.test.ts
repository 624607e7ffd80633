import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isKernel, kernelDistance, KernelSymbols } from './kernel-symbols.ts'

const text = `ffffffff81000000 T _stext
ffffffff81000000 T startup_64
ffffffff81000100 t do_one_initcall
ffffffff81000200 D some_data
ffffffff81000300 W weak_function
0000000000000000 A __per_cpu_start
ffffffffc0000000 t nf_hook\t[nf_tables]
rubbish
ffffffffzzzzzzzz T broken
`
const at = (address: bigint) => kernelDistance(Number(address & 0xffffffffn), Number(address >> 32n))

test('functions by address; modules are named as their binary; data and what is no line are left out', async () => {
  const symbols = await KernelSymbols.read([Buffer.from(text)])
  assert.equal(symbols.length, 4)
  assert.deepEqual(symbols.find(at(0xffffffff81000000n)), { name: '_stext', binary: '[kernel]', file: '', line: 0, kind: 'kernel', nameSource: 'kallsyms' })
  assert.equal(symbols.find(at(0xffffffff810002ffn))!.name, 'do_one_initcall')
  assert.equal(symbols.find(at(0xffffffff81000300n))!.name, 'weak_function')
  assert.deepEqual([symbols.find(at(0xffffffffc0000010n))!.name, symbols.find(at(0xffffffffc0000010n))!.binary], ['nf_hook', '[nf_tables]'])
  assert.equal(symbols.find(at(0xffffffff80ffffffn)), undefined)
  assert.equal(symbols.find(at(0xffffffff90000000n)), undefined)
})

test('parts may end anywhere', async () => {
  const whole = Buffer.from(text)
  for (let cut = 0; cut <= whole.length; cut++) assert.equal((await KernelSymbols.read([whole.subarray(0, cut), whole.subarray(cut)])).length, 4)
  assert.equal((await KernelSymbols.read(Array.from(whole, (byte) => Buffer.of(byte)))).length, 4)
})

test('lines that are too long are left out wherever they are cut, and those after them are read', async () => {
  const long = `ffffffff81000050 t ${'x'.repeat(3000)}\n`
  const whole = Buffer.from(text.replace('rubbish\n', long))
  for (const size of [1, 7, 100, 1023, 1024, 1025, 2000, 100_000]) {
    const parts = Array.from({ length: Math.ceil(whole.length / size) }, (_, i) => whole.subarray(i * size, (i + 1) * size))
    const symbols = await KernelSymbols.read(parts)
    assert.equal(symbols.length, 4, `parts of ${size}`)
    assert.equal(symbols.find(at(0xffffffffc0000010n))!.name, 'nf_hook')
  }
})

test('as many functions as a kernel has are found each by its name, and take little more than their names', async () => {
  const count = 150_000
  const address = (i: number) => 0xffffffff81000000n + BigInt(((i * 7919) % count) * 16) // in no order
  const lines = Array.from({ length: count }, (_, i) => `${address(i).toString(16)} t function_with_a_usual_name_${i}\n`).join('')
  const symbols = await KernelSymbols.read([Buffer.from(lines)])
  assert.equal(symbols.length, count)
  for (let i = 0; i < count; i += 997) assert.equal(symbols.find(at(address(i) + 15n))!.name, `function_with_a_usual_name_${i}`)
  assert.ok(symbols.bytes < 12 * count + 35 * count, String(symbols.bytes))
})

test('hidden addresses are none', async () => {
  assert.equal((await KernelSymbols.read([Buffer.from('0000000000000000 T _stext\n0000000000000000 T main\n')])).isHidden, true)
  assert.equal((await KernelSymbols.read([])).isHidden, true)
  assert.equal((await KernelSymbols.read([Buffer.from(text)])).isHidden, false)
  assert.deepEqual([isKernel(0xffffffff), isKernel(0x7fff)], [true, false])
})
