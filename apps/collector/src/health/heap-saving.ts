/** Where V8 begins to save, and where it ceases: what it saves below that is less than what it costs. */
const SAVES_ABOVE_BYTES = 44 << 20
const CEASES_BELOW_BYTES = 36 << 20
/** While it saves, so often what the C library holds free goes back to the system; ≈ 1 ms. */
const TRIMS_EVERY_SECONDS = 10

export interface HeapSavingOptions {
  /** Has V8 save memory, or not, from now on. */
  readonly setSaving: (saves: boolean) => void
  readonly trim: () => void
}

/**
 * Has V8 save memory while its heap is large (decision 0013). Left alone it moves objects together only where pages are nearly empty, and
 * keeps pages that became free. Always told to save it collects a small heap more often than is worth it: a tenth of the collector's CPU at full speed.
 */
export class HeapSaving {
  private readonly options: HeapSavingOptions
  private saves = false
  private seconds = 0

  constructor(options: HeapSavingOptions) {
    this.options = options
  }

  /** To be called each second, with the bytes of the heap that are used. */
  second(usedBytes: number): void {
    const saves = usedBytes > (this.saves ? CEASES_BELOW_BYTES : SAVES_ABOVE_BYTES)
    if (saves !== this.saves) this.options.setSaving(saves)
    this.seconds = saves && this.saves ? this.seconds + 1 : 0
    this.saves = saves
    if (this.seconds > 0 && this.seconds % TRIMS_EVERY_SECONDS === 0) this.options.trim()
  }
}
