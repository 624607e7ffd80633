import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { archive, type BootImage } from './boot-image.ts'

const INIT = join(import.meta.dirname, 'guest/init')
const MEMORY = '1G'
const ENDS_WITHIN_MS = 240_000
const DISK_BYTES = 16 << 20

export interface Ended {
  /** Of the command; undefined if the guest didn't come to its end. */
  readonly status: number | undefined
  readonly output: string
  /** What the kernel and the guest's init said. */
  readonly console: string
}

/**
 * Boots a kernel on this machine's files, runs one shell command there as root and gives what it put out. Whatever it
 * writes is gone afterwards. `files` are found in the guest's /run. /dev/vda is an empty disk of 16 MiB.
 */
export async function runInGuest(image: BootImage, command: string, files: Readonly<Record<string, string>> = {}): Promise<Ended> {
  const directory = mkdtempSync(join(tmpdir(), 'sonde-guest-'))
  const at = (name: string) => join(directory, name)
  try {
    await packInit(directory, command, files)
    writeFileSync(at('disk'), '')
    truncateSync(at('disk'), DISK_BYTES)
    writeFileSync(at('initrd'), Buffer.concat([readFileSync(image.modules), readFileSync(at('init.cpio.gz'))]))
    const share = start('/usr/lib/qemu/virtiofsd', [`--socket-path=${at('share')}`, '-o', 'source=/', '-o', 'cache=always', '-o', 'sandbox=chroot'])
    await appears(at('share'), share)
    const guest = start('qemu-system-x86_64', machine(image, directory))
    const timer = setTimeout(() => guest.process.kill('SIGKILL'), ENDS_WITHIN_MS)
    await guest.ended
    clearTimeout(timer)
    share.process.kill()
    await share.ended
    const output = read(at('output'))
    const status = /^exit (\d+)$/m.exec(output)?.[1]
    return { status: status === undefined ? undefined : Number(status), output: output.replace(/^exit \d+\n?$/m, ''), console: read(at('console')) + guest.said() + share.said() }
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
}

async function packInit(directory: string, command: string, files: Readonly<Record<string, string>>): Promise<void> {
  const root = join(directory, 'init')
  mkdirSync(join(root, 'files'), { recursive: true })
  copyFileSync(INIT, join(root, 'init'))
  chmodSync(join(root, 'init'), 0o755)
  writeFileSync(join(root, 'files/command'), command)
  for (const [name, file] of Object.entries(files)) copyFileSync(file, join(root, 'files', name))
  await archive(root, join(directory, 'init.cpio.gz'))
}

/** Emulated throughout: where /dev/kvm exists it may still not run such kernels. */
function machine(image: BootImage, directory: string): string[] {
  const at = (name: string) => join(directory, name)
  return [
    '-accel', 'tcg,thread=single', '-cpu', 'max', '-smp', '2', '-m', MEMORY, '-M', 'q35,memory-backend=memory',
    '-object', `memory-backend-memfd,id=memory,size=${MEMORY},share=on`,
    '-chardev', `socket,id=share,path=${at('share')}`, '-device', 'vhost-user-fs-pci,chardev=share,tag=host',
    '-drive', `file=${at('disk')},format=raw,if=none,id=disk,readonly=on`, '-device', 'virtio-blk-pci,drive=disk',
    '-nodefaults', '-nographic', '-no-reboot', '-serial', `file:${at('console')}`, '-serial', `file:${at('output')}`,
    '-kernel', image.vmlinuz, '-initrd', at('initrd'), '-append', 'console=ttyS0 quiet panic=-1 mitigations=off',
  ]
}

interface Started {
  readonly process: ChildProcess
  readonly ended: Promise<unknown>
  said(): string
}

/** Starts a program that dies with us. */
function start(program: string, args: readonly string[]): Started {
  const child = spawn('setpriv', ['--pdeathsig', 'KILL', '--', program, ...args], { stdio: ['ignore', 'pipe', 'pipe'] })
  let said = ''
  const take = (bytes: Buffer) => { said = (said + bytes.toString()).slice(-4000) }
  child.stdout.on('data', take)
  child.stderr.on('data', take)
  return { process: child, ended: once(child, 'close'), said: () => said }
}

async function appears(file: string, by: Started): Promise<void> {
  const end = Date.now() + 30_000
  while (!existsSync(file)) {
    if (by.process.exitCode !== null || Date.now() > end) throw new Error(`virtiofsd did not start: ${by.said()}`)
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

function read(file: string): string {
  return existsSync(file) ? readFileSync(file, 'utf8').replaceAll('\r', '') : ''
}
