import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { demangle, forget, lines } from './index.ts'

const folder = mkdtempSync(join(tmpdir(), 'sonde-libdw-'))
after(() => rmSync(folder, { recursive: true }))

const source = `static inline __attribute__((always_inline)) int inner(volatile int *p) { return *p * 3; }
static inline __attribute__((always_inline)) int middle(volatile int *p) {
  return inner(p) + 1;
}
int outer(volatile int *p) {
  return middle(p) + 2;
}
int main(int argc, char **argv) { (void)argv; return outer(&argc); }
`

/** Builds the program and gives the address of `outer`'s first load, by objdump. */
function build(name: string, ...flags: string[]): { file: string; address: number } {
  const file = join(folder, name)
  writeFileSync(join(folder, 'victim.c'), source)
  execFileSync('gcc', ['-O2', '-g', '-fno-pie', '-no-pie', ...flags, '-o', file, 'victim.c'], { cwd: folder })
  const listing = execFileSync('objdump', ['-d', '--no-show-raw-insn', file], { encoding: 'latin1' })
  const body = listing.slice(listing.indexOf('<outer>:'))
  const line = /^\s*([0-9a-f]+):\s+mov\s+\(%rdi\)/m.exec(body)
  assert.ok(line)
  return { file, address: Number.parseInt(line[1]!, 16) }
}

const chain = [
  { function: 'inner', line: 1 },
  { function: 'middle', line: 3 },
  { function: 'outer', line: 6 },
]

test('an address is in all the functions that were inlined there, each with its line', async () => {
  const { file, address } = build('plain')
  const [frames, none] = await lines(file, Float64Array.of(address, 1))
  assert.deepEqual(frames!.map(({ function: name, line }) => ({ function: name, line })), chain)
  assert.ok(frames!.every((frame) => frame.file.endsWith('victim.c')))
  assert.deepEqual(none, [{ function: '', file: '', line: 0 }])
})

test('a stripped program with a debug file beside it says the same', async () => {
  const { file, address } = build('stripped')
  execFileSync('objcopy', ['--only-keep-debug', file, `${file}.debug`])
  execFileSync('objcopy', ['--strip-all', `--add-gnu-debuglink=${file}.debug`, file])
  const [frames] = await lines(file, Float64Array.of(address))
  assert.deepEqual(frames!.map(({ function: name, line }) => ({ function: name, line })), chain)
})

test('what is no ELF file is refused with its name and a reason', async () => {
  const file = join(folder, 'text')
  writeFileSync(file, 'hello')
  await assert.rejects(lines(file, Float64Array.of(0)), (error: Error) => error.message.startsWith(`${file}: `))
  await assert.rejects(lines(join(folder, 'none'), Float64Array.of(0)), /none: /)
})

test('many files are read at once and one after the other; forgetting closes them', async () => {
  const { file, address } = build('plain')
  const all = await Promise.all(Array.from({ length: 8 }, () => lines(file, Float64Array.of(address))))
  for (const [frames] of all) assert.equal(frames!.at(-1)!.function, 'outer')
  forget()
  assert.equal((await lines(file, Float64Array.of(address)))[0]!.at(-1)!.function, 'outer')
})

test('C++ names are demangled, others are not', () => {
  assert.equal(demangle('_ZN4node9inspector5Agent5StartERKNSt7__cxx1112basic_stringIcSt11char_traitsIcESaIcEEE'),
    'node::inspector::Agent::Start(std::__cxx11::basic_string<char, std::char_traits<char>, std::allocator<char> > const&)')
  assert.equal(demangle('_ZNSt6vectorIiSaIiEE9push_backEOi'), 'std::vector<int, std::allocator<int> >::push_back(int&&)')
  for (const other of ['main', '', '_Z', '_ZN', '_ZN999999999999', `_Z${'N'.repeat(10_000)}`]) assert.equal(demangle(other), undefined)
})
