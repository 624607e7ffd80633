import { existsSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { Problem } from './problem.mjs'
import { run, tail } from './run.mjs'

/** To build and load the kernel's programs. clang-19 by name: plain clang is 14 there, and the verifier refuses what it makes. */
export const packagesToRun = ['clang-19', 'llvm-19', 'libbpf-dev', 'bpftool', 'libelf-dev', 'libdw-dev', 'zlib1g-dev', 'pkg-config', 'build-essential', 'python3', 'util-linux']

/** The servers, clients and tools that tests and benchmarks run against. */
export const packagesToTest = [
  'nginx-light', 'apache2', 'golang-go', 'gunicorn', 'postgresql', 'redis-server', 'python3-psycopg2', 'python3-redis',
  'wrk', 'chromium', 'iproute2', 'nftables', 'curl', 'bpftrace', 'procps', 'prometheus',
  'qemu-system-x86', 'busybox-static', 'kmod', 'cpio', 'xz-utils',
]

const POLICY = '/usr/sbin/policy-rc.d'
const KEPT_POLICY = '/usr/sbin/policy-rc.d.kept-by-sonde'
const LISTS = '/var/lib/apt/lists'
const LISTS_ARE_OLD_AFTER_MS = 7 * 24 * 3600 * 1000

/**
 * Installs what is missing, starting none of the services that come with it.
 * @param {readonly string[]} wanted
 */
export async function installPackages(wanted) {
  const missing = await missingPackages(wanted)
  if (missing.length === 0) return
  if (process.getuid?.() !== 0) throw new Problem(`Debian packages are missing: ${missing.join(' ')}.`, `sudo apt-get install --no-install-recommends ${missing.join(' ')}`)
  if (!existsSync('/usr/bin/apt-get')) {
    throw new Problem(`This is not a Debian system, and these programs are needed: ${missing.join(' ')}.`, 'install their equivalents and start with --no-install')
  }
  console.log(`Installing Debian packages: ${missing.join(' ')}`)
  if (listsAreOld()) await aptGet(['update'])
  await withServicesLeftAlone(() => aptGet(['install', '--yes', '--no-install-recommends', ...missing]))
}

/**
 * @param {readonly string[]} wanted
 * @returns {Promise<string[]>} empty where dpkg is absent and nothing can be asked
 */
export async function missingPackages(wanted) {
  const { output } = await run('dpkg-query', ['--show', '--showformat', '${Package}\t${db:Status-Status}\n', ...wanted])
  return missingIn(output, wanted)
}

/**
 * @param {string} listing `name TAB status` lines of dpkg-query
 * @param {readonly string[]} wanted
 */
export function missingIn(listing, wanted) {
  const installed = new Set(listing.split('\n').filter((line) => line.endsWith('\tinstalled')).map((line) => line.split('\t')[0]))
  return wanted.filter((name) => !installed.has(name))
}

function listsAreOld() {
  if (!existsSync(LISTS)) return true
  const lists = readdirSync(LISTS).filter((name) => /_(Packages|InRelease|Release)(\.\w+)?$/.test(name))
  if (!lists.some((name) => name.includes('_Packages'))) return true
  const newest = Math.max(...lists.map((name) => statSync(`${LISTS}/${name}`).ctimeMs))
  return Date.now() - newest > LISTS_ARE_OLD_AFTER_MS
}

/** @param {readonly string[]} args */
async function aptGet(args) {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive', LC_ALL: 'C.UTF-8' }
  // dpkg killed half-way would have to be mended by hand.
  const options = { env, patienceMs: 600_000 }
  const { code, output } = await run('apt-get', ['-q', '-o', 'DPkg::Lock::Timeout=300', '-o', 'Dpkg::Options::=--force-confold', ...args], options)
  if (code === 0) return
  const retry = args[0] === 'install' && /Unable to fetch|404 +Not Found|has no installation candidate|Unable to locate package/.test(output)
  if (retry && (await run('apt-get', ['-q', 'update'], options)).code === 0) {
    const again = await run('apt-get', ['-q', ...args], options)
    if (again.code === 0) return
  }
  throw new Problem(`apt-get ${args[0]} failed:\n${tail(output)}`, 'mend what apt-get says (network, sources, disk) and run the command again')
}

/**
 * Runs `work` while Debian's policy says that no service may be started; then the policy is what it was.
 * @param {() => Promise<void>} work
 */
async function withServicesLeftAlone(work) {
  if (existsSync(POLICY) && !existsSync(KEPT_POLICY)) renameSync(POLICY, KEPT_POLICY)
  writeFileSync(POLICY, '#!/bin/sh\nexit 101\n', { mode: 0o755 })
  try {
    await work()
  } finally {
    if (existsSync(KEPT_POLICY)) renameSync(KEPT_POLICY, POLICY)
    else rmSync(POLICY, { force: true })
  }
}
