import type { Probe } from './probe.ts'

/** Something that came after Linux 5.10, the oldest kernel that Sonde is for. */
export interface KernelFeature {
  /** In words, for people: `tracepoint sock_send_length`. */
  readonly what: string
  /** The Linux that brought it. */
  readonly since: string
  /** A name that stands in the BTF of every kernel that has it, and of no other. */
  readonly shownBy: string
}

export function tracepoint(name: string, since: string): KernelFeature {
  return { what: `tracepoint ${name}`, since, shownBy: `btf_trace_${name}` }
}

/** `BPF_MAP_TYPE_TASK_STORAGE`, and with it `bpf_get_current_task_btf`. */
export const taskStorage: KernelFeature = { what: 'storage for tasks', since: '5.11', shownBy: 'BPF_MAP_TYPE_TASK_STORAGE' }
/** The map type is older; this is what lets tracepoints use it. */
export const socketStorage: KernelFeature = { what: 'storage for sockets in tracepoints', since: '5.11', shownBy: 'bpf_sk_storage_tracing_allowed' }
export const currentTask: KernelFeature = { what: 'helper get_current_task_btf', since: '5.11', shownBy: 'BPF_FUNC_get_current_task_btf' }
/** `bpf_get_socket_cookie`, in tracepoints. */
export const socketCookie: KernelFeature = { what: 'cookies of sockets in tracepoints', since: '5.12', shownBy: 'bpf_get_socket_ptr_cookie' }
export const forEachMapElement: KernelFeature = { what: 'helper for_each_map_elem', since: '5.13', shownBy: 'BPF_FUNC_for_each_map_elem' }

/** A probe as one kernel can have it. */
export interface FittedProbe {
  /** Itself, or with its fallback's programs. */
  readonly probe: Probe
  /** What the kernel lacks and the probe can't do without; empty: it can be had. */
  readonly lacks: readonly KernelFeature[]
  /** Optional programs that can't be had, and what each lacks. */
  readonly without: ReadonlyMap<string, KernelFeature>
  /** Where the fallback stands in: for lack of what, and what isn't seen that way. */
  readonly fallback: { readonly lacks: readonly KernelFeature[]; readonly loses: string } | undefined
}

/** The one rule for what a kernel lacks: by the names in its BTF (`/sys/kernel/btf/vmlinux`). */
export function fitProbe(probe: Probe, btf: Buffer): FittedProbe {
  const lacks = (probe.needs ?? []).filter((feature) => !has(btf, feature))
  if (lacks.length > 0 && probe.fallback) {
    const { loses, ...programs } = probe.fallback
    const standIn: Probe = { ...probe, needs: undefined, optionalNeeds: undefined, fallback: undefined, ...programs }
    return { ...fitProbe(standIn, btf), fallback: { lacks, loses } }
  }
  const without = new Map(Object.entries(probe.optionalNeeds ?? {}).filter(([, feature]) => !has(btf, feature)))
  return { probe, lacks, without, fallback: undefined }
}

/** In words: `no tracepoint sock_send_length (since Linux 6.3)`. */
export function lackInWords(features: readonly KernelFeature[]): string {
  return features.map(({ what, since }) => `no ${what} (since Linux ${since})`).join(', ')
}

/** BTF's strings are each between two NULs, and none is there that no type uses. */
function has(btf: Buffer, { shownBy }: KernelFeature): boolean {
  return btf.includes(`\0${shownBy}\0`, 0, 'latin1')
}
