import type { Finding, State } from './finding.ts'

/** What is asked of the machine; given by tests. */
export interface Machine {
  readonly kernel: string
  /** A file's text; undefined if it isn't there or can't be read. */
  read(path: string): string | undefined
  exists(path: string): boolean
  link(path: string): string | undefined
}

/** Capabilities by their bit (include/uapi/linux/capability.h), and what each is for: those that the collector keeps (docs/decisions/0005-privileges.md). */
const CAPABILITIES = [
  { name: 'CAP_BPF', bit: 39, needed: true, costs: 'no program loads: nothing is watched' },
  { name: 'CAP_PERFMON', bit: 38, needed: true, costs: 'no program may read memory or be attached: nothing is watched' },
  { name: 'CAP_SYS_PTRACE', bit: 19, needed: false, costs: 'other users’ processes are known by what the kernel calls them alone' },
  { name: 'CAP_DAC_READ_SEARCH', bit: 2, needed: false, costs: 'programs in closed directories are named less well' },
  { name: 'CAP_SYSLOG', bit: 34, needed: false, costs: 'functions of the kernel have no names in profiles' },
  { name: 'CAP_SYS_ADMIN', bit: 21, needed: false, costs: 'what observing costs is not measured' },
] as const
const INITIAL_PID_NAMESPACE = 'pid:[4026531836]' // PROC_PID_INIT_INO

/** Capabilities without which no program can be loaded at all, and that aren't there. The collector starts by the same rule. */
export function neededToLoad(machine: Machine): string[] {
  return CAPABILITIES.filter(({ needed, bit }) => needed && !hasCapability(machine, bit)).map(({ name }) => name)
}

/** Whether programs can be fitted to this kernel. */
export function hasTypes(machine: Machine): boolean {
  return machine.exists('/sys/kernel/btf/vmlinux')
}

export function examineMachine(machine: Machine): Finding[] {
  return [kernel(machine), types(machine), capabilities(machine), lockdown(machine), ...sysctls(machine), ...memoryLimit(machine), ...places(machine)]
}

function kernel({ kernel: release }: Machine): Finding {
  const [major, minor] = versionOf(release)
  const isOld = major < 5 || (major === 5 && minor < 10)
  return finding('kernel', isOld ? 'missing' : 'ok', release, 'what is older than 5.10 is not tried out', 'run a newer kernel')
}

function types(machine: Machine): Finding {
  const has = hasTypes(machine)
  const fix = 'boot a kernel built with CONFIG_DEBUG_INFO_BTF=y, such as Debian’s own; in a container, mount the host’s /sys'
  return finding('type information', has ? 'ok' : 'missing', has ? '/sys/kernel/btf/vmlinux' : 'no /sys/kernel/btf/vmlinux', 'programs cannot be fitted to this kernel: nothing is watched', fix)
}

function capabilities(machine: Machine): Finding {
  const missing = CAPABILITIES.filter(({ bit }) => !hasCapability(machine, bit))
  if (missing.length === 0) return finding('capabilities', 'ok', CAPABILITIES.map(({ name }) => name).join(' '))
  const names = missing.map(({ name }) => name).join(' ')
  const costs = missing.some(({ needed }) => needed) ? 'nothing is watched' : missing.map((one) => one.costs).join('; ')
  return finding('capabilities', missing.some(({ needed }) => needed) ? 'missing' : 'partly', `lacks ${names}`, costs, `run as root on the host; a container needs ${missing.map(({ name }) => `--cap-add ${name.slice(4)}`).join(' ')}`)
}

function lockdown(machine: Machine): Finding {
  const modes = machine.read('/sys/kernel/security/lockdown')
  const mode = /\[(\w+)\]/.exec(modes ?? '')?.[1]
  if (mode === undefined) return finding('lockdown', machine.exists('/sys/kernel/security/lockdown') ? 'not checked' : 'ok', modes === undefined ? 'this kernel has none, or it cannot be read' : modes.trim())
  return finding('lockdown', mode === 'confidentiality' ? 'missing' : 'ok', mode, 'programs may not read memory of the kernel: nothing is watched', 'boot with lockdown=integrity or without')
}

function sysctls(machine: Machine): Finding[] {
  const value = (name: string) => machine.read(`/proc/sys/${name.replaceAll('.', '/')}`)?.trim()
  const jit = value('net.core.bpf_jit_enable')
  const pointers = value('kernel.kptr_restrict')
  const informs = (name: string, what: string) => {
    const set = value(name)
    return finding(name, set === undefined ? 'not checked' : 'ok', set === undefined ? 'not there, or not readable' : `${set} (${what})`)
  }
  return [
    finding('net.core.bpf_jit_enable', jit === undefined ? 'not checked' : jit === '0' ? 'partly' : 'ok', jit ?? 'not readable', 'programs are interpreted: they cost several times as much', 'sysctl net.core.bpf_jit_enable=1'),
    finding('kernel.kptr_restrict', pointers === undefined ? 'not checked' : pointers === '2' ? 'partly' : 'ok', pointers ?? 'not readable', 'functions of the kernel have no names in profiles', 'sysctl kernel.kptr_restrict=1'),
    informs('kernel.unprivileged_bpf_disabled', 'CAP_BPF is above it'),
    informs('kernel.perf_event_paranoid', 'CAP_PERFMON is above it'),
  ]
}

/** Before 5.11 (git.kernel.org d5299b67dd59) maps counted against it. */
function memoryLimit(machine: Machine): Finding[] {
  const [major, minor] = versionOf(machine.kernel)
  if (major > 5 || (major === 5 && minor >= 11)) return []
  const limit = /^Max locked memory +(\S+)/m.exec(machine.read('/proc/self/limits') ?? '')?.[1] ?? 'unknown'
  const enough = limit === 'unlimited' || hasCapability(machine, 24) // CAP_SYS_RESOURCE lifts it
  return [finding('RLIMIT_MEMLOCK', enough ? 'ok' : 'missing', limit, 'maps do not fit: nothing is watched', 'run with CAP_SYS_RESOURCE, or ulimit -l unlimited')]
}

function places(machine: Machine): Finding[] {
  const namespace = machine.link('/proc/self/ns/pid')
  const place = (name: string, path: string, costs: string, fix: string) => {
    const has = machine.exists(path)
    return finding(name, has ? 'ok' : 'partly', has ? path : `no ${path}`, costs, fix)
  }
  return [
    finding('PID namespace', namespace === INITIAL_PID_NAMESPACE ? 'ok' : 'partly', namespace === INITIAL_PID_NAMESPACE ? 'the host’s' : (namespace ?? 'unknown'), 'processes outside it are seen under numbers that cannot be looked up, and have no names', 'run on the host, or with --pid=host'),
    controlGroups(machine),
    place('pressure', '/proc/pressure/cpu', 'pressure stall information is not shown', 'boot with psi=1'),
  ]
}

/** Beside the old hierarchies the unified one has no controllers: CPU time and pressure are known, the rest is not. */
function controlGroups(machine: Machine): Finding {
  const mount = /^\S+ (\S+) cgroup2 /m.exec(machine.read('/proc/mounts') ?? '')?.[1]
  const fix = 'boot with the unified hierarchy alone (systemd.unified_cgroup_hierarchy=1)'
  if (mount === undefined) return finding('control groups', 'partly', 'no cgroup v2 is mounted', 'what control groups use, and how they are throttled, is not shown', fix)
  const controllers = (machine.read(`${mount}/cgroup.controllers`) ?? '').trim().split(/\s+/)
  const lacking = ['cpu', 'memory'].filter((name) => !controllers.includes(name))
  if (lacking.length === 0) return finding('control groups', 'ok', mount)
  return finding('control groups', 'partly', `${mount}, without the controllers ${lacking.join(' and ')}`, 'of control groups only CPU time and pressure are shown, not how they are throttled and what memory they use', fix)
}

function finding(name: string, state: State, found: string, costs = '', fix = ''): Finding {
  return { name, state, found, costs: state === 'ok' ? '' : costs, fix: state === 'ok' ? '' : fix }
}

function hasCapability(machine: Machine, bit: number): boolean {
  const effective = /^CapEff:\t([0-9a-f]+)$/m.exec(machine.read('/proc/self/status') ?? '')?.[1] ?? '0'
  return ((BigInt(`0x${effective}`) >> BigInt(bit)) & 1n) === 1n
}

function versionOf(release: string): [number, number] {
  const [major = 0, minor = 0] = release.split('.').map((part) => Number.parseInt(part, 10))
  return [major, minor]
}
