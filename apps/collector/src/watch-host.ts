import { probes } from '@sonde/bpf-programs'
import { trimHeap } from '@sonde/libbpf'
import type { Observation } from '@sonde/shared/observation'
import type { HealthReport, Problem } from '@sonde/shared/signal'
import type { Config } from './config.ts'
import { here } from './doctor/here.ts'
import { hasTypes, neededToLoad } from './doctor/machine.ts'
import { Recorder } from './exporters/recording/index.ts'
import { attach, isKeptApart, OwnProcesses, type Kernel } from './kernel/index.ts'
import { HostUsage, hostFiles, Resources } from './resources/index.ts'
import type { Source, SourceOptions } from './source.ts'
import { openSymbols } from './symbols/index.ts'

/** Watches this host: kernel → detectors → observations. What descends from `roots` is Sonde's own and left out. */
export function watchHost({ config, losses, observe, host, version }: SourceOptions, roots = ownRoots()): Source {
  const own = new OwnProcesses(roots, losses)
  const seen = (o: Observation) => {
    resources.observe(o)
    if (isKeptApart(o)) found(o)
    else observe(o)
  }
  const found = (o: Observation) => {
    recorder?.observation(o.at, o)
    observe(o)
  }
  // A recording has no place for an end that no record told.
  const resources = new Resources({ rules: config.services, isOwn: (pid) => own.has(pid), losses, emit: (o) => (isKeptApart(o) ? found(o) : observe(o)) })
  const usage = new HostUsage(hostFiles, found, losses)
  const kernel = attach(probes, {
    own, losses, observe: seen, probes: config.probes, statistics: config.statistics,
    onBatch: (probe, at, bytes) => recorder?.batch(probe, at, bytes),
  })
  const symbols = openSymbols(losses)
  const recorder = startRecording(config, kernel, { losses, host, version })
  return {
    now: () => kernel.now(),
    wallOffset: () => kernel.clock.wallOffset,
    clock: () => kernel.clock,
    isOwn: (pid) => own.has(pid),
    tick(now) {
      // What happened until now is known before anybody asks what has been quiet since: the loop may lag behind the rings.
      kernel.drain()
      resources.tick(now)
      usage.tick(now)
    },
    setEnabled: (probe, enabled) => void kernel.setEnabled(probe, enabled),
    setRules: (rules) => resources.setRules(rules),
    attend: (probe, watched) => kernel.attend(probe, watched ? 'watched' : 'idle'),
    probes: () => kernel.health(),
    problems: () => [...kernel.problems(), ...recordingProblems(recorder), ...symbols.problems()],
    bounds: () => ({ ...kernel.bounds(), ...symbols.bounds(), 'detected processes': resources.bound, 'control groups': usage.bound }),
    addedNsPerRequest: () => kernel.addedNsPerRequest,
    costWindows: () => toldWindows(kernel),
    recording: () => recorder?.health(),
    recorded: () => recorder?.summary,
    releaseMemory: trimHeap,
    symbols,
    async close() {
      kernel.close()
      await recorder?.close(kernel.now())
    },
  }
}

function toldWindows({ costWindows: windows, clock }: Kernel): HealthReport['costWindows'] {
  if (!windows) return null
  const wall = (at: number) => String(clock.wallOffset + BigInt(Math.round(at)))
  return { forNs: windows.forNs, everyNs: windows.everyNs, isOpen: windows.isOpen, lastAt: windows.lastAt === undefined ? null : wall(windows.lastAt), nextAt: wall(windows.nextAt) }
}

function recordingProblems(recorder: Recorder | undefined): Problem[] {
  const error = recorder?.health().lastError
  return error ? [{ what: 'the recording is not written', detail: error, fix: 'make room, or name another file' }] : []
}

/** Why this machine can't be watched by this user; undefined if it can. */
export function whyNotHere(): { what: string; detail: string; fix: string } | undefined {
  if (!hasTypes(here)) {
    return { what: 'this kernel cannot be watched', detail: 'it has no type information (/sys/kernel/btf/vmlinux is missing)', fix: 'run a kernel built with CONFIG_DEBUG_INFO_BTF, as all distributions’ are' }
  }
  const missing = neededToLoad(here)
  if (missing.length === 0) return undefined
  return { what: 'the kernel can be watched by root only', detail: `missing: ${missing.join(', ')}`, fix: 'run as root; without: npm run demo' }
}

/** The collector, and who started it: their descendants are Sonde's too. */
function ownRoots(): number[] {
  const supervisor = Number(process.env.SONDE_SUPERVISOR_PID)
  return Number.isInteger(supervisor) && supervisor > 1 ? [process.pid, supervisor] : [process.pid]
}

function startRecording(config: Config, kernel: Kernel, { losses, host, version }: Pick<SourceOptions, 'losses' | 'host' | 'version'>): Recorder | undefined {
  const { recording } = config.exporters
  if (recording.file === undefined) return undefined
  return new Recorder({
    file: recording.file,
    maxBytes: recording.maxBytes,
    losses,
    header: { kernel: host.kernel, host: { id: host.id, name: host.name }, version, wallOffset: String(kernel.clock.wallOffset), startedAt: kernel.now(), probes: kernel.recordTypes() },
  })
}
