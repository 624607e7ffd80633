import { existsSync, readFileSync, statfsSync } from 'node:fs'
import { get } from 'node:http'
import { createServer } from 'node:net'
import { dirname } from 'node:path'
import { Problem } from './problem.mjs'

const GIB = 1024 ** 3
// Packages, modules and the build take 1.9 GiB on Debian 12; the rest is for recorded traffic.
const DISK_NEEDED = {
  'set-up': { bytes: 3 * GIB, what: 'the set-up', fix: 'free some space' },
  data: { bytes: GIB / 4, what: 'what is recorded', fix: 'free some space, or give another place with --data-dir' },
  replay: { bytes: GIB / 4, what: 'what is replayed', fix: 'free some space, or name another place in TMPDIR' },
}
const ASK_FOR_MS = 1000
const MOST_OF_AN_ANSWER = 1 << 20
/** Capabilities without which no program loads, by their bit in /proc/self/status. */
const NEEDED_CAPABILITIES = { CAP_PERFMON: 38, CAP_BPF: 39 }

/** What any command needs: this system, this processor, this Node. */
export function checkSystem() {
  if (process.platform !== 'linux') throw new Problem(`Sonde runs on Linux; this is ${process.platform}.`, 'run it on a Linux host or in a virtual machine')
  if (process.arch !== 'x64') throw new Problem(`Sonde is built for x86-64; this machine is ${process.arch}.`, 'run it on an x86-64 host')
  const major = Number(process.versions.node.split('.')[0])
  if (major < 20) throw new Problem(`Sonde starts with Node 20 or newer; this is ${process.version}.`, 'install Node 20 or newer and run the command again')
}

/** What watching the kernel needs. */
export function checkKernelAccess() {
  if (process.getuid?.() !== 0) {
    throw new Problem(
      'Watching the kernel takes root, and this is an ordinary user.',
      'run `sudo npm start`, or see Sonde without any privileges: `npm run demo` replays a recording',
    )
  }
  if (!existsSync('/sys/kernel/btf/vmlinux')) {
    throw new Problem(
      'This kernel does not describe its types (/sys/kernel/btf/vmlinux is missing), so programs cannot be fitted to it.',
      "boot a kernel built with CONFIG_DEBUG_INFO_BTF=y, such as Debian's own; in a container, mount the host's /sys",
    )
  }
  const lacking = lackingCapabilities(readFileSync('/proc/self/status', 'utf8'))
  if (lacking.length > 0) {
    throw new Problem(
      `This root may not load programs into the kernel: ${lacking.join(' and ')} ${lacking.length > 1 ? 'are' : 'is'} missing.`,
      `run on the host, or start the container with ${lacking.map((name) => `--cap-add ${name.slice(4)}`).join(' ')}`,
    )
  }
}

/**
 * Which needed capabilities a process's status lacks.
 * @param {string} status as in /proc/PID/status
 */
export function lackingCapabilities(status) {
  const effective = BigInt(`0x${/^CapEff:\s*([0-9a-f]+)$/m.exec(status)?.[1] ?? '0'}`)
  return Object.entries(NEEDED_CAPABILITIES).filter(([, bit]) => ((effective >> BigInt(bit)) & 1n) === 0n).map(([name]) => name)
}

/**
 * Whether a directory's disk holds what is to come.
 * @param {string} directory may not exist yet
 * @param {keyof typeof DISK_NEEDED} purpose
 */
export function checkDisk(directory, purpose) {
  let existing = directory
  while (!existsSync(existing)) existing = dirname(existing)
  const disk = statfsSync(existing)
  const free = disk.bavail * disk.bsize
  const { bytes, what, fix } = DISK_NEEDED[purpose]
  if (free >= bytes) return
  throw new Problem(`The disk under ${existing} has ${(free / GIB).toFixed(1)} GiB free; ${what} needs ${(bytes / GIB).toFixed(2)} GiB.`, fix)
}

/**
 * Whether the dashboard's port can be had.
 * @param {{ port: number, address?: string }} where on 127.0.0.1, if it does not say
 */
export async function checkPort({ port, address = '127.0.0.1' }) {
  const code = await bindError(port, address)
  if (code === undefined) return
  if (code === 'EADDRINUSE') {
    const holder = (await isSonde(port, address)) ? 'Sonde itself already runs there' : 'another program listens there'
    throw new Problem(`Port ${port} is in use: ${holder}.`, `stop it, or choose another port: npm start -- --port ${port + 10}`)
  }
  throw new Problem(`Port ${port} of ${address} cannot be listened on (${code}).`, 'choose another port with --port')
}

/**
 * @param {number} port
 * @param {string} address
 * @returns {Promise<string | undefined>} the error's code
 */
function bindError(port, address) {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', (error) => resolve('code' in error ? String(error.code) : error.message))
    server.listen(port, address, () => server.close(() => resolve(undefined)))
  })
}

/**
 * Not by fetch: Node 20's sometimes never settles when the other end closes at once, and nothing else keeps this process alive.
 * @param {number} port
 * @param {string} address
 * @returns {Promise<boolean>}
 */
function isSonde(port, address) {
  return new Promise((resolve) => {
    const request = get(`${urlOf({ address, port })}/api/v1/health`, { signal: AbortSignal.timeout(ASK_FOR_MS) }, (answer) => {
      let text = ''
      answer.on('data', (bytes) => (text = (text + bytes).slice(0, MOST_OF_AN_ANSWER)))
      answer.on('end', () => resolve(isHealth(text))).on('error', () => resolve(false))
    })
    request.on('error', () => resolve(false)).on('close', () => resolve(false))
  })
}

/** @param {string} text */
function isHealth(text) {
  try {
    const health = JSON.parse(text)
    return typeof health?.version === 'string' && Array.isArray(health?.hosts)
  } catch (_) {
    return false // whatever it is, it does not answer as Sonde does
  }
}

/** @param {{ address: string, port: number }} where */
export function urlOf({ address, port }) {
  return `http://${address.includes(':') ? `[${address}]` : address}:${port}`
}
