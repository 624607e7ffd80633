import assert from 'node:assert/strict'
import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { lossNames, recordTypes } from '../btf/index.ts'
import { elfSections } from '../btf/elf.ts'
import { probes } from './index.ts'

const here = import.meta.dirname
const folders = readdirSync(here, { withFileTypes: true }).filter((entry) => entry.isDirectory() && !entry.name.startsWith('_')).map((entry) => entry.name)
/** Each with its own programs, and with those that stand in for them. */
const variants = probes.flatMap((probe) => (probe.fallback ? [probe, { ...probe, ...probe.fallback }] : [probe]))
const objectOf = (object: string) => readFileSync(join(here, '..', object))

test('every folder is a probe of that name, and is listed', () => {
  assert.deepEqual(probes.map((probe) => probe.name).sort(), folders.sort())
})

test('every folder has its program, its reader, its tests and a README that begins with its name', () => {
  for (const folder of [...folders, '_skeleton']) {
    const name = folder.replace(/^_/, '')
    const files = readdirSync(join(here, folder))
    for (const file of [`${name}.bpf.c`, `${name}.h`, `${name}.ts`, `${name}.test.ts`, 'records.generated.ts', 'README.md']) {
      assert.ok(files.includes(file), `${folder}/${file}`)
    }
    const readme = readFileSync(join(here, folder, 'README.md'), 'utf8').trimEnd().split('\n')
    assert.equal(readme[0], `# ${folder}`)
  }
})

test('what a probe says of its programs is so: hooks, optional programs, iterators and runs are those of its object', () => {
  for (const probe of variants) {
    const sections = elfSections(objectOf(probe.object))
    assert.ok(sections.ok)
    const hooks = sections.value.filter((section) => section.executable && section.bytes.length > 0 && section.name !== '.text').map((section) => section.name)
    const strings = sections.value.find((section) => section.name === '.strtab')!.bytes.toString('latin1').split('\0')
    for (const hook of probe.hooks) assert.ok(hooks.some((section) => section === hook || section.endsWith(`/${hook}`)), `${probe.name}: no program on ${hook}`)
    const programs = [...Object.keys(probe.optionalPrograms), ...Object.keys(probe.optionalNeeds ?? {}), ...(probe.iterators ?? []).map((run) => run.program), ...(probe.runs ?? []).map((run) => run.program)]
    for (const program of programs) assert.ok(strings.includes(program), `${probe.name}: no program ${program}`)
  }
})

test('every record of an object has a reader of the same layout, and no reader is without its record', () => {
  for (const probe of variants) {
    const types = recordTypes(objectOf(probe.object))
    assert.ok(types.ok)
    const records = Object.fromEntries([...types.value.values()].map((type) => [type.name, type.fingerprint]))
    assert.deepEqual({ ...probe.open().layouts }, records)
  }
})

test('every reason for a loss that a probe explains exists', () => {
  for (const probe of variants) {
    const names = lossNames(objectOf(probe.object))
    assert.ok(names.ok)
    assert.equal(names.value[0], 'LOST_RING_BUFFER')
    for (const name of Object.keys(probe.lossReasons ?? {})) assert.ok(names.value.includes(name), `${probe.name}: no ${name}`)
  }
})
