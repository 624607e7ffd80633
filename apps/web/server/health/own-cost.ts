/** What this process uses, measured between calls: cores over the time since the last one, and memory now. */
export class OwnCost {
  private before = process.cpuUsage()
  private beforeAt = performance.now()
  private cores = 0

  /** To be called about every second. */
  sample(): void {
    const used = process.cpuUsage(this.before)
    const elapsedMs = performance.now() - this.beforeAt
    if (elapsedMs < 100) return
    this.cores = (used.user + used.system) / 1000 / elapsedMs
    this.before = process.cpuUsage()
    this.beforeAt = performance.now()
  }

  get now(): { readonly cpuCores: number; readonly memoryBytes: number } {
    return { cpuCores: this.cores, memoryBytes: process.memoryUsage.rss() }
  }
}
