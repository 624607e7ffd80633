import assert from 'node:assert/strict'
import { test } from 'node:test'
import { demangle } from './index.ts'

const CASES: readonly (readonly [mangled: string, name: string])[] = [
  ['main', 'main'],
  ['_ZN4node5StartEiPPc', 'node::Start(int, char**)'],
  ['_ZNSt6vectorIiSaIiEE9push_backEOi', 'std::vector<int, std::allocator<int> >::push_back(int&&)'],
  // Rust, legacy: the hash goes, escapes are undone.
  ['_ZN4core3fmt5write17h0123456789abcdefE', 'core::fmt::write'],
  ['_ZN71_$LT$Test$u20$$u2b$$u20$$u27$static$u20$as$u20$foo..Bar$LT$Test$GT$$GT$3bar17h930b740aa94f1d3aE', "<Test + 'static as foo::Bar<Test>>::bar"],
  ['_ZN3foo3bar17h05af221e174051e9E.llvm.1234567', 'foo::bar'],
  ['_ZN3foo17h05af221e174051e', '_ZN3foo17h05af221e174051e'],
  // Rust, v0: examples of RFC 2603 and rustc-demangle.
  ['_RNvC6_123foo3bar', '123foo::bar'],
  ['_RNvNtCs1234_7mycrate3foo3bar', 'mycrate::foo::bar'],
  ['_RNCNCNgCs6DXkGYLi8lr_2cc5spawn00B5_', 'cc::spawn::{closure#0}::{closure#0}'],
  ['_RINbNbCskIICzLVDPPb_5alloc5alloc8box_freeDINbNiB4_5boxed5FnBoxuEp6OutputuEL_ECs1iopQbuBiw2_3std', 'alloc::alloc::box_free::<dyn alloc::boxed::FnBox<(), Output = ()>>'],
  ['_RNvMC0INtC8arrayvec8ArrayVecpKj7b_E3new', '<arrayvec::ArrayVec<_, 123>>::new'],
  ['_RMC0INtC8arrayvec8ArrayVechKj0_E', '<arrayvec::ArrayVec<u8, 0>>'],
  ['_RNvXCs1_7mycrateNtB2_3FooNtNtC4core3fmt5Debug3fmt', '<mycrate::Foo as core::fmt::Debug>::fmt'],
  ['_RINvC1a1fKb1_Kc41_Kln5_E', "a::f::<true, 'A', -5>"],
  ['_RINvC1a1fFUKCRhEuE', 'a::f::<unsafe extern "C" fn(&u8)>'],
]

for (const [mangled, name] of CASES) test(mangled, () => assert.equal(demangle(mangled), name))

test('what is none stays as it is', () => {
  for (const name of ['', '_', '_R', '_RNv', '_RB_', '_RNvC', '_RNvC99999a', '_Z', '_ZN', '_ZN3fooE17h', '_RIC1aB_E', '_RNvB_1a']) assert.equal(demangle(name), name)
})

test('a name that refers back to itself over and over ends, and no name is endless', () => {
  const doubling = `_RIC1a${'TB2_B2_E'.repeat(40)}E`
  assert.ok(demangle(doubling).length <= 1024)
  assert.equal(demangle(`_R${'I'.repeat(5000)}`), `${`_R${'I'.repeat(5000)}`.slice(0, 1023)}…`)
  assert.ok(demangle(`_Z${'P'.repeat(20_000)}i`).length <= 1024)
})

test('any single character changed or cut gives some name', () => {
  for (const [mangled] of CASES) {
    for (let at = 0; at < mangled.length; at++) {
      assert.equal(typeof demangle(mangled.slice(0, at)), 'string')
      for (const char of '_0EBZ') assert.equal(typeof demangle(mangled.slice(0, at) + char + mangled.slice(at + 1)), 'string')
    }
  }
})
