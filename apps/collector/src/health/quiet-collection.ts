/** Below this a second counts as quiet, cores: then nobody misses the tenth of a second that it takes. */
const QUIET_CORES = 0.25
/** By then the model has let go what idle connections don't need. */
const QUIET_SECONDS = 10
/** So much work leaves something behind that is worth looking for: at rest it adds up in a minute or two. */
const WORTH_CPU_SECONDS = 2
/** Where there is always a little work. */
const LEAST_SECONDS_BETWEEN = 30

/**
 * Has garbage collected once it is quiet after some work. V8 does so by itself when the heap grows, so that a process gone
 * quiet keeps what the last burst left: 50 MiB after 20,000 connections.
 */
export class QuietCollection {
  private readonly collect: () => void
  private workSeconds = 0
  private quietSeconds = 0
  private secondsSince = LEAST_SECONDS_BETWEEN

  constructor(collect: () => void) {
    this.collect = collect
  }

  /** To be called each second, with the CPU used in it. */
  second(cpuCores: number): void {
    this.secondsSince++
    this.workSeconds += cpuCores
    this.quietSeconds = cpuCores < QUIET_CORES ? this.quietSeconds + 1 : 0
    if (this.quietSeconds < QUIET_SECONDS || this.workSeconds < WORTH_CPU_SECONDS || this.secondsSince < LEAST_SECONDS_BETWEEN) return
    this.workSeconds = 0
    this.secondsSince = 0
    this.collect()
  }
}
