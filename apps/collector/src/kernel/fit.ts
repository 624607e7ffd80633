import { readFileSync } from 'node:fs'
import { release } from 'node:os'
import { fitProbe, lackInWords, type FittedProbe, type KernelFeature } from '@sonde/bpf-programs/kernel-features'
import type { Probe } from '@sonde/bpf-programs/probe'

const BTF = '/sys/kernel/btf/vmlinux'

/** Probes as the running kernel can have them. A kernel that doesn't show its types is not judged: it will refuse for itself. */
export function fitProbes(probes: readonly Probe[]): FittedProbe[] {
  let btf: Buffer | undefined
  try {
    btf = readFileSync(BTF)
  } catch (error) {
    if (typeof (error as NodeJS.ErrnoException).code !== 'string') throw error
  }
  return probes.map((probe) => (btf ? fitProbe(probe, btf) : { probe, lacks: [], without: new Map(), fallback: undefined }))
}

/** Why something can't be had here: `this kernel (5.10.0) has no …`. */
export function lackOfKernel(features: readonly KernelFeature[]): string {
  return `this kernel (${release()}) has ${lackInWords(features)}`
}

/** What to do about it. */
export function newerKernel(features: readonly KernelFeature[]): string {
  const newest = features.map(({ since }) => since).sort((a, b) => a.localeCompare(b, 'en', { numeric: true })).at(-1)
  return `run Linux ${newest} or newer; all else works without it`
}
