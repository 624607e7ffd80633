import { FileSource, type ByteSource } from './elf/byte-source.ts'
import { readElf, type Elf } from './elf/elf.ts'
import { readSymbolTable, type SymbolTable } from './elf/symbol-table.ts'
import { openRegular } from './files.ts'

const DEBUG_ROOT = '/usr/lib/debug'

/**
 * Where a file's separate debug file may be, likeliest first: by build id, then by the name the file gives, as GDB and
 * elfutils look (gdb, "Debugging Information in Separate Files").
 */
export function debugFilePaths({ buildId, debugLink }: Pick<Elf, 'buildId' | 'debugLink'>, path: string): string[] {
  const paths: string[] = []
  if (/^[0-9a-f]{4,}$/.test(buildId)) paths.push(`${DEBUG_ROOT}/.build-id/${buildId.slice(0, 2)}/${buildId.slice(2)}.debug`)
  const directory = path.slice(0, path.lastIndexOf('/'))
  if (debugLink !== '') paths.push(`${directory}/${debugLink}`, `${directory}/.debug/${debugLink}`, `${DEBUG_ROOT}${directory}/${debugLink}`)
  return paths.filter((one) => one !== path)
}

/** Functions named by the separate debug file of an ELF file. `roots` are looked through one after the other. */
export async function openDebugFile(elf: Elf, path: string, roots: readonly string[]): Promise<{ source: FileSource; table: SymbolTable } | undefined> {
  for (const root of roots) {
    for (const candidate of debugFilePaths(elf, path)) {
      const file = await openRegular(`${root}${candidate}`)
      if (!file) continue
      const source = new FileSource(file)
      const table = await tableOfSameBuild(source, elf)
      if (table) return { source, table }
      await source.close()
    }
  }
  return undefined
}

/** A file of another build would name functions wrongly. Where none has a build id the name has to do. */
async function tableOfSameBuild(source: ByteSource, { buildId }: Elf): Promise<SymbolTable | undefined> {
  const elf = await readElf(source)
  if (typeof elf === 'string' || elf.buildId !== buildId) return undefined
  return readSymbolTable(source, elf, 'symtab')
}
