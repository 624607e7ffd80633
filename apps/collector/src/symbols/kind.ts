import type { FrameKind } from '@sonde/shared/signal'

/** Programs and libraries that are a language's runtime: their functions serve code of another language. */
const RUNTIME = new RegExp(`^(${[
  'node', 'nodejs', 'MainThread', 'deno', 'bun', 'libnode\\.so.*', 'libv8.*\\.so.*', 'python[\\d.]*', 'libpython[\\d.]*\\.so.*', 'pypy[\\d.]*', 'libpypy.*\\.so.*',
  'java', 'libj(vm|ava|image|ni)\\.so', 'ruby[\\d.]*', 'libruby.*\\.so.*', 'perl[\\d.]*', 'libperl\\.so.*', 'php[\\d.]*', 'php-fpm[\\d.]*', 'libphp.*\\.so.*',
  'beam\\.smp', 'libcoreclr\\.so', 'libclrjit\\.so', 'mono(-sgen)?', 'lua(jit)?[\\d.-]*', 'liblua.*\\.so.*', 'R', 'libR\\.so', 'julia', 'libjulia.*\\.so.*',
].join('|')})$`)

/** Of an ELF file's functions. */
export function kindOf(path: string): FrameKind {
  return RUNTIME.test(path.slice(path.lastIndexOf('/') + 1)) ? 'runtime' : 'native'
}
