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

test('functions by address; modules are named as their binary; data and what is no line are left out', () => {
  const symbols = new KernelSymbols([Buffer.from(text)])
  assert.equal(symbols.length, 4)
  assert.deepEqual(symbols.find(at(0xffffffff81000000n)), { name: '_stext', binary: '[kernel]', file: '', line: 0, kind: 'kernel', nameSource: 'kallsyms' })
  assert.equal(symbols.find(at(0xffffffff810002ffn))!.name, 'do_one_initcall')
  assert.equal(symbols.find(at(0xffffffff81000300n))!.name, 'weak_function')
  assert.deepEqual([symbols.find(at(0xffffffffc0000010n))!.name, symbols.find(at(0xffffffffc0000010n))!.binary], ['nf_hook', '[nf_tables]'])
  assert.equal(symbols.find(at(0xffffffff80ffffffn)), undefined)
  assert.equal(symbols.find(at(0xffffffff90000000n)), undefined)
})

test('parts may end anywhere', () => {
  const whole = Buffer.from(text)
  for (let cut = 0; cut <= whole.length; cut++) assert.equal(new KernelSymbols([whole.subarray(0, cut), whole.subarray(cut)]).length, 4)
  assert.equal(new KernelSymbols(Array.from(whole, (byte) => Buffer.of(byte))).length, 4)
})

test('hidden addresses are none', () => {
  assert.equal(new KernelSymbols([Buffer.from('0000000000000000 T _stext\n0000000000000000 T main\n')]).isHidden, true)
  assert.equal(new KernelSymbols([]).isHidden, true)
  assert.equal(new KernelSymbols([Buffer.from(text)]).isHidden, false)
  assert.deepEqual([isKernel(0xffffffff), isKernel(0x7fff)], [true, false])
})
