import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { BufferSource } from './byte-source.ts'
import { addressOf, readElf, type Elf } from './elf.ts'
import { readSymbolTable } from './symbol-table.ts'

const folder = mkdtempSync(join(tmpdir(), 'sonde-elf-'))
after(() => rmSync(folder, { recursive: true }))

/** Two names of one address, a file's own function, a function in assembly without a size, and one that another reaches over. */
writeFileSync(join(folder, 'victim.c'), `
int shared(int x) { return x * 3; }
int __internal_shared(int x) __attribute__((alias("shared")));
static __attribute__((noinline, used)) int own(int x) { return x + 1; }
asm(".text\\n.type unsized, @function\\nunsized: nop\\nnop\\nret\\n");
int main(int argc, char **argv) { (void)argv; return shared(argc) + own(argc); }
`)
const program = join(folder, 'victim')
execFileSync('gcc', ['-O1', '-no-pie', '-fno-pie', '-Wl,--build-id=0x0123456789abcdef', '-o', program, 'victim.c'], { cwd: folder })
const bytes = readFileSync(program)
const listed = new Map(execFileSync('nm', [program], { encoding: 'latin1' }).split('\n').map((line) => [line.split(' ')[2] ?? '', Number.parseInt(line, 16)]))

async function elfOf(from: Buffer): Promise<Elf> {
  const elf = await readElf(new BufferSource(from))
  if (typeof elf === 'string') assert.fail(elf)
  return elf
}

test('functions are found by address as nm lists them, up to their last byte', async () => {
  const table = (await readSymbolTable(new BufferSource(bytes), await elfOf(bytes), 'symtab'))!
  const nameAt = async (address: number) => (table.find(address) < 0 ? undefined : table.name(table.find(address)))
  for (const name of ['main', 'own', 'shared', 'unsized', '_start']) {
    assert.equal(await nameAt(listed.get(name)!), name)
    assert.equal(await nameAt(listed.get(name)! + 1), name)
  }
  assert.equal(await nameAt(listed.get('__internal_shared')!), 'shared')
  assert.equal(await nameAt(0x1000), undefined)
  assert.equal(await nameAt(Number.MAX_SAFE_INTEGER), undefined)
})

test('a byte of the file has the address it is loaded at', async () => {
  const elf = await elfOf(bytes)
  const code = elf.segments.find(({ executable }) => executable)!
  assert.equal(addressOf(elf, code.offset + 5), code.address + 5)
  assert.equal(addressOf(elf, 1 << 30), undefined)
})

test('build id and the name of the debug file are read; a path is none', async () => {
  assert.equal((await elfOf(bytes)).buildId, '0123456789abcdef')
  for (const [name, expected] of [['victim.debug', 'victim.debug'], ['../../etc/passwd', '']] as const) {
    const linked = join(folder, 'linked')
    const section = join(folder, 'section')
    writeFileSync(section, `${name}\0\0\0\0\0\0\0\0`)
    execFileSync('objcopy', ['--add-section', `.gnu_debuglink=${section}`, program, linked])
    assert.equal((await elfOf(readFileSync(linked))).debugLink, expected)
  }
})

test('a stripped program has no symbol table of its own, and still a dynamic one', async () => {
  const stripped = join(folder, 'stripped')
  execFileSync('gcc', ['-O1', '-shared', '-fPIC', '-s', '-o', stripped, 'victim.c'], { cwd: folder })
  const source = new BufferSource(readFileSync(stripped))
  const elf = await elfOf(readFileSync(stripped))
  assert.equal(await readSymbolTable(source, elf, 'symtab'), undefined)
  assert.ok((await readSymbolTable(source, elf, 'dynsym'))!.length > 0)
})

test('what is no ELF file of this kind is said in words', async () => {
  assert.equal(await readElf(new BufferSource(Buffer.alloc(10))), 'shorter than an ELF header')
  assert.equal(await readElf(new BufferSource(Buffer.alloc(100))), 'no ELF file')
  const other = Buffer.from(bytes)
  other[4] = 1
  assert.equal(await readElf(new BufferSource(other)), 'not 64-bit little endian')
})

test('cut anywhere in its headers or with any byte of them changed, it is read or refused, never thrown over', async () => {
  const attempt = async (hostile: Buffer) => {
    const source = new BufferSource(hostile)
    const elf = await readElf(source)
    if (typeof elf === 'string') return
    for (const which of ['symtab', 'dynsym'] as const) {
      const table = await readSymbolTable(source, elf, which)
      if (table && table.length > 0) assert.equal(typeof (await table.name(table.find(listed.get('main')!) < 0 ? 0 : table.find(listed.get('main')!))), 'string')
    }
  }
  for (let length = 0; length < bytes.length; length += 97) await attempt(bytes.subarray(0, length))
  const sectionsAt = Number(bytes.readBigUInt64LE(40))
  const places = [...Array.from({ length: 900 }, (_, i) => i), ...Array.from({ length: bytes.length - sectionsAt }, (_, i) => sectionsAt + i)]
  for (const at of places) {
    for (const value of [0, 0x7f, 0xff]) {
      const hostile = Buffer.from(bytes)
      hostile[at] = value
      await attempt(hostile)
    }
  }
})
