import type { Observation } from '@sonde/shared/observation'

/** What a recording holds beside batches: found out in user space, or read from the kernel's counters. */
export type RecordedObservation = Extract<Observation, { kind: keyof typeof FIELDS }>

/** The members of each kind by type; `pairs`: lists of pairs whose second is a number. */
const FIELDS = {
  'process-described': {
    numbers: ['pid', 'startedAt'],
    texts: ['service', 'serviceKind', 'namedBy', 'comm', 'commandLine', 'user', 'container', 'unit', 'cgroup'],
    pairs: [],
  },
  'process-used': { numbers: ['pid', 'startedAt', 'intervalNs', 'cpuNs', 'residentBytes', 'threads'], texts: [], pairs: [] },
  'host-used': {
    numbers: [
      'intervalNs', 'cpus', 'userNs', 'systemNs', 'interruptNs', 'stealNs', 'ioWaitNs', 'idleNs', 'memoryTotalBytes', 'memoryAvailableBytes', 'memoryCachedBytes', 'swapTotalBytes', 'swapUsedBytes',
      'cpuSomeNs', 'memorySomeNs', 'memoryFullNs', 'ioSomeNs', 'ioFullNs', 'load1', 'load5', 'load15', 'runnable', 'threads', 'contextSwitches', 'forks',
    ],
    texts: [],
    pairs: [],
  },
  'device-used': { numbers: ['intervalNs', 'readBytes', 'writtenBytes', 'reads', 'writes', 'busyNs', 'waitNs', 'errors', 'drops'], texts: ['device', 'name'], pairs: [] },
  'cgroup-used': {
    numbers: ['intervalNs', 'cpuNs', 'throttledNs', 'throttledPeriods', 'periods', 'memoryBytes', 'memoryLimitBytes', 'oomKills', 'cpuSomeNs', 'memorySomeNs', 'ioSomeNs'],
    texts: ['cgroup'],
    pairs: [],
  },
  'distribution-measured': {
    numbers: ['intervalNs', 'observedNs', 'pid', 'count', 'untimed', 'errorCount', 'sumNs', 'maxNs'],
    texts: ['what', 'name', 'operation'],
    pairs: ['errors', 'buckets'],
  },
} as const satisfies Partial<Record<Observation['kind'], { readonly numbers: readonly string[]; readonly texts: readonly string[]; readonly pairs: readonly string[] }>>

/** Whether a recording keeps an observation by itself: batches hold all others. */
export function isKeptApart(o: Observation): o is RecordedObservation {
  return o.kind in FIELDS
}

/** A recording is a file, and a file may hold anything. */
export function isRecordedObservation(value: unknown): value is RecordedObservation {
  if (typeof value !== 'object' || value === null) return false
  const o = value as Record<string, unknown>
  if (typeof o.kind !== 'string' || !Object.hasOwn(FIELDS, o.kind)) return false
  const { numbers, texts, pairs } = FIELDS[o.kind as keyof typeof FIELDS]
  return ['at', ...numbers].every((key) => Number.isFinite(o[key])) && texts.every((key) => typeof o[key] === 'string') && pairs.every((key) => isPairs(o[key]))
}

function isPairs(value: unknown): boolean {
  return Array.isArray(value) && value.every((pair) => Array.isArray(pair) && pair.length === 2 && Number.isFinite(pair[1]))
}
