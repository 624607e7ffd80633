import { execFile } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { suites } from './kernels.ts'

const execute = promisify(execFile)
const KEYRING = '/usr/share/keyrings/debian-archive-keyring.gpg'
const SOURCES = ['/etc/apt/sources.list', ...listOf('/etc/apt/sources.list.d')]
const APT_WITHIN_MS = 180_000

/** Debian's packages of other releases, by lists of our own: the machine's apt is left as it is. */
export class Packages {
  private readonly options: readonly string[]

  private constructor(options: readonly string[]) {
    this.options = options
  }

  /** Asks the mirrors that this machine uses what they have. */
  static async update(directory: string): Promise<Packages> {
    for (const folder of ['lists/partial', 'archives/partial']) mkdirSync(join(directory, folder), { recursive: true })
    const sources = join(directory, 'sources.list')
    writeFileSync(sources, suites.map(([archive, suite]) => `deb [signed-by=${KEYRING}] ${mirrorOf(archive)} ${suite} main\n`).join(''))
    const options = Object.entries({
      'Dir::Etc::sourcelist': sources, 'Dir::Etc::sourceparts': '/dev/null', 'Dir::Etc::preferencesparts': '/dev/null',
      'Dir::State::lists': join(directory, 'lists'), 'Dir::Cache': directory, 'Acquire::Languages': 'none', 'Acquire::Retries': '3', 'APT::Update::Error-Mode': 'any', 'APT::Sandbox::User': 'root',
    }).flatMap(([name, value]) => ['-o', `${name}=${value}`])
    await run('apt-get', [...options, '-q', 'update'])
    return new Packages(options)
  }

  /** The newest package whose name is like that; undefined if there is none. */
  async newest(like: RegExp): Promise<string | undefined> {
    const names = (await run('apt-cache', [...this.options, 'pkgnames', 'linux-image-'])).split('\n').filter((name) => like.test(name))
    return names.sort(byVersion).at(-1)
  }

  /** The package, and those that hold the rest of its kernel (from 6.19 on it is split). */
  async parts(name: string): Promise<string[]> {
    const depends = await run('apt-cache', [...this.options, 'depends', name])
    return [name, ...[...depends.matchAll(/^ +Depends: (linux-(?:binary|modules)-\S+)$/gm)].map((match) => match[1]!)]
  }

  /** Leaves the packages' .deb files in `directory`. */
  async download(names: readonly string[], directory: string): Promise<void> {
    await run('apt-get', [...this.options, '-q', 'download', ...names], directory)
  }
}

export function byVersion(a: string, b: string): number {
  return a.localeCompare(b, 'en', { numeric: true })
}

/** Runs a program with no input; rejects with what it said. */
export async function run(program: string, args: readonly string[], cwd?: string): Promise<string> {
  try {
    const started = execute(program, args, { cwd, timeout: APT_WITHIN_MS, maxBuffer: 64 << 20, env: { ...process.env, LC_ALL: 'C.UTF-8', DEBIAN_FRONTEND: 'noninteractive' } })
    started.child.stdin?.end()
    return (await started).stdout
  } catch (error) {
    const { stdout, stderr } = error as { stdout?: string; stderr?: string }
    throw new Error(`${program} ${args.at(-1)}: ${`${stdout ?? ''}${stderr ?? ''}`.trim().slice(-2000) || String(error)}`, { cause: error })
  }
}

function mirrorOf(archive: 'debian' | 'debian-security'): string {
  const text = SOURCES.filter((file) => existsSync(file)).map((file) => readFileSync(file, 'utf8').replace(/^\s*#.*$/gm, '')).join('\n')
  const mirrors = [...text.matchAll(/https?:\/\/\S+/g)].map(([url]) => url.replace(/\/$/, ''))
  return mirrors.find((url) => url.endsWith(`/${archive}`)) ?? `http://deb.debian.org/${archive}`
}

function listOf(directory: string): string[] {
  return existsSync(directory) ? readdirSync(directory).sort().map((name) => join(directory, name)) : []
}
