// node btf/build.ts [--check]: compiles each probe's programs and writes its records.generated.ts; --check: fails where one isn't current.
import { existsSync, mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { BuildError, compile, root } from './compile.ts'
import { emitRecords } from './emit.ts'
import { recordsOfObject } from './index.ts'

const output = join(root, '.output')

function changedAt(folder: string, suffix: RegExp): number {
  const times = readdirSync(folder).filter((name) => suffix.test(name)).map((name) => statSync(join(folder, name)).mtimeMs)
  return Math.max(0, ...times)
}

/** Compiles `source` where it changed; the object. */
function compiled(folder: string, source: string): string {
  const object = join(output, basename(source).replace(/\.c$/, '.o'))
  const changed = Math.max(changedAt(join(root, folder), /\.[ch]$/), changedAt(join(root, 'include'), /\.h$/))
  if (!existsSync(object) || statSync(object).mtimeMs <= changed) compile(join(root, folder, source), object)
  return object
}

/** Builds a probe's programs. Its records are those of `<probe>.bpf.c`; whatever else is there (a fallback) has the same. */
function buildProbe(probe: string, check: boolean): { readonly generated: string; readonly current: boolean } {
  const folder = join('probes', probe)
  const source = `${probe.replace(/^_/, '')}.bpf.c`
  for (const other of readdirSync(join(root, folder)).filter((name) => name.endsWith('.bpf.c') && name !== source)) compiled(folder, other)
  const object = compiled(folder, source)
  const records = recordsOfObject(readFileSync(object))
  if (!records.ok) throw new BuildError(`${folder}/${source}: ${records.error}`)
  const generated = join(folder, 'records.generated.ts')
  const text = emitRecords(source, records.value)
  const file = join(root, generated)
  const current = existsSync(file) && readFileSync(file, 'utf8') === text
  if (!current && !check) writeFileSync(file, text)
  return { generated, current }
}

function main(check: boolean): number {
  mkdirSync(output, { recursive: true })
  let stale = 0
  for (const probe of readdirSync(join(root, 'probes'), { withFileTypes: true })) {
    if (!probe.isDirectory()) continue
    const { generated, current } = buildProbe(probe.name, check)
    if (current) continue
    if (check) stale++
    console.log(check ? `${generated} is not current: npm run build -w @sonde/bpf-programs, and commit it` : `wrote ${generated}`)
  }
  return stale ? 1 : 0
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  try {
    process.exitCode = main(process.argv.includes('--check'))
  } catch (error) {
    if (!(error instanceof BuildError)) throw error
    console.error(error.message)
    process.exitCode = 1
  }
}
