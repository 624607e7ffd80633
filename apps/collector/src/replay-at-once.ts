import { probes } from '@sonde/bpf-programs'
import type { TableBatch } from '@sonde/shared/signal'
import { readRecording } from './exporters/recording/index.ts'
import { Losses } from './health/losses.ts'
import { Replay } from './kernel/replay.ts'
import { createModel } from './model/index.ts'
import { createStreams } from './streams/index.ts'

const START_NS = 40 * 86_400e9
/** Held turns are let go after 30 s at most. */
const SETTLE_NS = 60e9
const TICK_NS = 100e6

/** What a recording comes to. */
export interface Replayed {
  readonly batches: readonly TableBatch[]
  readonly losses: Losses
  /** Why it ended before its end; undefined if it didn't. */
  readonly damage: string | undefined
}

/** Replays a recording as fast as it goes and gives all the signals it makes: for golden tests. The same file gives the same batches; wall time is told from 1970. */
export async function replayAtOnce(file: string): Promise<Replayed> {
  const losses = new Losses()
  const batches: TableBatch[] = []
  let damage: string | undefined
  let ticked = START_NS
  const streams = createStreams({ wallOffset: () => 0n, losses, emit: (batch) => batches.push(batch) })
  const model = createModel({ losses, isOwn: () => false, peerNames: () => undefined, sink: streams })
  const tickTo = (now: number) => {
    for (; ticked + TICK_NS <= now; ticked += TICK_NS) {
      model.tick(ticked)
      streams.tick(ticked)
    }
  }
  const replay = new Replay({
    probes, losses, speed: Infinity, loop: false, now: () => START_NS, sleep: () => Promise.resolve(), open: () => readRecording(file),
    observe(observation) {
      // Rings are read every 50 ms, so an observation may be told so much after it was made.
      tickTo(observation.at - TICK_NS)
      model.apply(observation)
    },
    onDamage: (error) => void (damage = error),
  })
  await replay.run()
  const end = START_NS + replay.recordedNs + SETTLE_NS
  tickTo(end)
  model.drain(end)
  streams.flush(end)
  return { batches, losses, damage }
}
