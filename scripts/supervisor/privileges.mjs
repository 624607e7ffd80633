import { release } from 'node:os'

/** What the collector keeps of root; all else is out of its bounding set before it starts (docs/decisions/0005-privileges.md). */
const COLLECTOR_CAPABILITIES = [
  'bpf', // load programs, make maps
  'perfmon', // attach them to tracepoints, let them read kernel and user memory
  'sys_ptrace', // /proc/PID/{exe,cwd,root,ns} of other users' processes
  'dac_read_search', // package.json and the like in directories of theirs
  'syslog', // addresses in /proc/kallsyms: the names of the kernel's functions
  'sys_admin', // BPF_ENABLE_STATS alone: what observing costs is read through it
]
/** Before 5.11 (git.kernel.org d5299b67dd59) maps counted against RLIMIT_MEMLOCK, which this lifts. */
const OLD_KERNEL_CAPABILITY = 'sys_resource'

// TERM, not KILL: a child whose supervisor was killed still flushes what it holds.
const WITH_SUPERVISOR = ['--pdeathsig', 'TERM']

/** @typedef {{ program: string, args: string[] }} CommandLine */

/**
 * Root with little of root's power.
 * @param {readonly string[]} command
 * @returns {CommandLine}
 */
export function asCollector(command) {
  const [major = 0, minor = 0] = release().split('.').map(Number)
  const needed = major < 5 || (major === 5 && minor < 11) ? [...COLLECTOR_CAPABILITIES, OLD_KERNEL_CAPABILITY] : COLLECTOR_CAPABILITIES
  const kept = needed.map((name) => `+${name}`).join(',')
  return { program: 'setpriv', args: ['--inh-caps=-all', `--bounding-set=-all,${kept}`, '--no-new-privs', ...WITH_SUPERVISOR, '--', ...command] }
}

/**
 * An ordinary user without any capability, and without a way to get one.
 * @param {readonly string[]} command
 * @param {{ uid: number, gid: number }} account
 * @returns {CommandLine}
 */
export function asWeb(command, account) {
  return {
    program: 'setpriv',
    args: [
      '--reuid', String(account.uid), '--regid', String(account.gid), '--clear-groups',
      '--inh-caps=-all', '--bounding-set=-all', '--no-new-privs', ...WITH_SUPERVISOR, '--', ...command,
    ],
  }
}

/**
 * Without privileges at all, as `npm run demo` starts its children.
 * @param {readonly string[]} command
 * @returns {CommandLine}
 */
export function asCaller(command) {
  return { program: 'setpriv', args: [...WITH_SUPERVISOR, '--', ...command] }
}

/**
 * Lets a command see directories below a closed parent (a checkout in /root, say) without any capability: in a mount
 * namespace of its own, the closed parent is an empty directory in which only these directories stand, at their own paths.
 * @param {CommandLine} command
 * @param {string} closed the topmost directory that other users may not enter
 * @param {readonly string[]} directories below it, absolute
 * @returns {CommandLine}
 */
export function withinClosedParent(command, closed, directories) {
  const script = [
    'closed=$1; shift',
    // Held open by descriptors: the paths are covered by the tmpfs a line later.
    ...directories.map((_, at) => `exec ${at + 3}<"$${at + 1}"`),
    'mount -t tmpfs -o mode=755,size=256k sonde "$closed"',
    ...directories.map((_, at) => `mkdir -p "$${at + 1}"; mount --no-canonicalize --bind "/proc/self/fd/${at + 3}" "$${at + 1}"; exec ${at + 3}<&-`),
    `shift ${directories.length}`,
    'exec "$@"',
  ]
  return {
    program: 'unshare',
    args: ['--mount', '--propagation', 'private', '--', 'sh', '-euc', script.join('\n'), 'sh', closed, ...directories, command.program, ...command.args],
  }
}
