import { spawnSync } from 'node:child_process'
import { renameSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** packages/bpf-programs. */
export const root = fileURLToPath(new URL('..', import.meta.url))
const TRIPLETS: Readonly<Record<string, string>> = { x64: 'x86_64-linux-gnu', arm64: 'aarch64-linux-gnu' }

/** What kept a program from being built, and what to do. */
export class BuildError extends Error {}

function run(command: string, args: readonly string[]): void {
  const { error, status, stderr } = spawnSync(command, args, { cwd: root, encoding: 'utf8' })
  if (error && 'code' in error && error.code === 'ENOENT') {
    throw new BuildError(`${command} is not installed: apt-get install clang-19 llvm-19 libbpf-dev linux-libc-dev`)
  }
  if (error) throw error
  if (status !== 0) throw new BuildError(`${command} ${args.join(' ')}\n${stderr}`)
}

/** Compiles one program to `object`; DWARF is dropped, BTF kept. */
export function compile(source: string, object: string): void {
  const triplet = TRIPLETS[process.arch]
  if (!triplet) throw new BuildError(`no BPF build for ${process.arch}`)
  const made = `${object}.${process.pid}`
  run('clang-19', ['-target', 'bpf', '-g', '-O2', '-mcpu=v3', '-Wall', '-Werror', '-I', join(root, 'include'), '-I', `/usr/include/${triplet}`, '-c', source, '-o', made])
  run('llvm-strip-19', ['-g', made])
  renameSync(made, object)
}
