import { setTimeout as sleep } from 'node:timers/promises'
import { probes } from '@sonde/bpf-programs'
import type { ReplayConfig } from './config.ts'
import { readRecording } from './exporters/recording/index.ts'
import { Replay } from './kernel/replay.ts'
import { OpenSockets } from './open-sockets.ts'
import type { Source, SourceOptions } from './source.ts'

/** Told times lie so far after a boot that processes of the recorded host have a positive start. */
const UPTIME_NS = 40 * 86_400e9

/** Nothing of the recording could be replayed. */
export class UnreadableRecording extends Error {
  override readonly name = 'UnreadableRecording'
  readonly file: string

  constructor(file: string, reason: string) {
    super(reason)
    this.file = file
  }
}

/** Replays a recording in the place of a kernel: no privileges, no binding. `onEnd` is called when it is over or can't be read. */
export function replayRecording(replayed: ReplayConfig, { losses, observe, onProblem }: Pick<SourceOptions, 'losses' | 'observe' | 'onProblem'>, onEnd: (error?: unknown) => void): Source {
  const began = process.hrtime.bigint()
  const now = () => UPTIME_NS + Number(process.hrtime.bigint() - began)
  const wallOffset = BigInt(Date.now()) * 1_000_000n - BigInt(now())
  const sockets = new OpenSockets()
  const replay = new Replay({
    probes, losses, now,
    observe(o) {
      sockets.observe(o)
      observe(o)
    },
    open() {
      for (const end of sockets.ends(now())) observe(end) // of the round before
      return readRecording(replayed.file)
    },
    speed: replayed.speed,
    loop: replayed.loop,
    sleep: (ms, signal) => sleep(ms, undefined, { signal }).catch(ignoreAbort),
    onDamage(error, told) {
      if (told === 0) throw new UnreadableRecording(replayed.file, error)
      onProblem({ what: `${replayed.file} is not a whole recording`, detail: `${error}; ${told} entries stood before that and were replayed`, fix: 'record it again' })
    },
  })
  const over = replay.run().then(() => onEnd(), onEnd)
  return {
    now,
    wallOffset: () => wallOffset,
    clock: () => ({ stepNs: 0, driftNs: 0 }),
    isOwn: () => false,
    tick: () => {},
    attend: () => {},
    setRules: () => {}, // a recording holds the names that were given then
    setEnabled: () => onProblem({ what: 'a recording has no probes to switch', detail: replayed.file, fix: 'watch a host: npm start' }),
    probes: () => replay.health(),
    problems: () => [],
    bounds: () => ({}),
    addedNsPerRequest: () => null,
    costWindows: () => null,
    recording: () => undefined,
    recorded: () => undefined,
    async close() {
      replay.close()
      await over
    },
  }
}

function ignoreAbort(error: unknown): void {
  if ((error as Error).name !== 'AbortError') throw error
}
