import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import type { Kernel } from './kernels.ts'
import { byVersion, Packages, run } from './packages.ts'

/** What the guest needs before it has the host's files; what each needs comes with it. */
const MODULES = ['virtio_pci', 'virtiofs', 'overlay', 'virtio_blk']
const CACHE = '/var/cache/sonde-kernels'
const IMAGES = join(CACHE, 'images')

/** A kernel that can be booted: its image, and an archive with busybox and its modules, in the order in which they are loaded. */
export interface BootImage {
  readonly vmlinuz: string
  readonly modules: string
}

/** Gets kernels from the cache, or from Debian into the cache. */
export class BootImages {
  private packages: Promise<Packages> | undefined
  private downloads: Promise<unknown> = Promise.resolve()

  /** Undefined if Debian has no such kernel (any more). Rejects if it can't be asked. */
  async get(kernel: Kernel): Promise<BootImage | undefined> {
    mkdirSync(IMAGES, { recursive: true })
    const cached = readdirSync(IMAGES).filter((name) => kernel.packages.test(name)).sort(byVersion).at(-1)
    if (cached) return imageAt(join(IMAGES, cached))
    this.packages ??= Packages.update(join(CACHE, 'apt'))
    const packages = await this.packages
    const name = await packages.newest(kernel.packages)
    if (!name) return undefined
    const directory = mkdtempSync(join(tmpdir(), 'sonde-kernel-'))
    try {
      const download = this.downloads.then(async () => packages.download(await packages.parts(name), directory))
      this.downloads = download.catch(() => {})
      await download
      await this.make(directory, join(IMAGES, name))
    } finally {
      rmSync(directory, { recursive: true, force: true })
    }
    return imageAt(join(IMAGES, name))
  }

  /** Makes an image of the .deb files in `directory`; whole, or not at all. */
  private async make(directory: string, image: string): Promise<void> {
    const unpacked = join(directory, 'unpacked')
    const made = join(directory, 'image')
    const root = join(directory, 'root')
    for (const deb of readdirSync(directory).filter((name) => name.endsWith('.deb'))) await run('dpkg-deb', ['-x', join(directory, deb), unpacked])
    for (const folder of [made, join(root, 'bin'), join(root, 'modules')]) mkdirSync(folder, { recursive: true })
    const files = readdirSync(unpacked, { recursive: true, encoding: 'utf8' })
    const vmlinuz = files.find((file) => /(^|\/)vmlinuz(-[^/]*)?$/.test(file))
    const dependencies = files.find((file) => /(^|\/)lib\/modules\/[^/]+\/kernel$/.test(file))
    if (!vmlinuz || !dependencies) throw new Error(`${basename(image)} holds no kernel or no modules`)
    copyFileSync(join(unpacked, vmlinuz), join(made, 'vmlinuz'))
    copyFileSync('/bin/busybox', join(root, 'bin/busybox'))
    await copyModules(join(unpacked, dependencies.replace(/(^|\/)lib\/modules\/.*$/, '')), basename(join(dependencies, '..')), join(root, 'modules'))
    await archive(root, join(made, 'modules.cpio.gz'))
    const partial = `${image}.${process.pid}`
    await run('cp', ['-r', made, partial])
    renameSync(partial, image)
  }
}

/** Packs a folder as the kernel unpacks it at boot. Several such archives, one after the other, are one. */
export async function archive(folder: string, to: string): Promise<void> {
  await run('sh', ['-c', 'cd "$0" && find . | cpio --quiet -o -H newc | gzip -1 >"$1"', folder, to])
}

function imageAt(directory: string): BootImage {
  return { vmlinuz: join(directory, 'vmlinuz'), modules: join(directory, 'modules.cpio.gz') }
}

/** Copies MODULES and what they need, numbered in the order in which they are to be loaded; what is built in is not there. */
async function copyModules(base: string, release: string, to: string): Promise<void> {
  await run('depmod', ['-b', base, release])
  const copied = new Set<string>()
  for (const module of MODULES) {
    const steps = await run('sh', ['-c', 'modprobe -d "$0" -S "$1" --show-depends "$2" 2>&1 || true', base, release, module])
    for (const [, file] of steps.matchAll(/^insmod (\S+)/gm)) {
      if (copied.has(file!)) continue
      const name = join(to, `${String(copied.size).padStart(2, '0')}-${basename(file!)}`)
      copied.add(file!)
      copyFileSync(file!, name)
      if (name.endsWith('.xz')) await run('xz', ['-d', name])
    }
  }
}
