import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const TRIPLETS: Readonly<Record<string, string>> = { x64: 'x86_64-linux-gnu', arm64: 'aarch64-linux-gnu' }

/** Compiles sample.bpf.c, which has one of each thing that this binding can do. */
export function compileSample(): Buffer {
  const folder = mkdtempSync(join(tmpdir(), 'sonde-libbpf-'))
  try {
    const object = join(folder, 'sample.bpf.o')
    const source = join(import.meta.dirname, 'sample.bpf.c')
    execFileSync('clang-19', ['-target', 'bpf', '-g', '-O2', '-mcpu=v3', '-Wall', '-Werror', '-I', `/usr/include/${TRIPLETS[process.arch]}`, '-c', source, '-o', object])
    return readFileSync(object)
  } finally {
    rmSync(folder, { recursive: true })
  }
}
