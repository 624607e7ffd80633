import { bounded, visible } from '../ui/text.ts'
import type { StackFrame } from '@sonde/shared/signal'

/** Characters of a name that are drawn at most. */
const DRAWN = 240
const ASCII = /^[\x20-\x7e]*$/

/** Names as they are drawn: controls as escapes, cut to what fits. Each is measured once, those of ASCII never: the font's characters are all as wide. */
export class FlameText {
  private readonly measure: (text: string) => number
  private readonly characterPx: number
  private functions: readonly StackFrame[] = []
  private texts: (string | undefined)[] = []
  private perCharacter = new Float32Array(0)

  constructor(measure: (text: string) => number) {
    this.measure = measure
    this.characterPx = measure('0123456789'.repeat(4)) / 40
  }

  /** Forgets what it knows of other functions. */
  use(functions: readonly StackFrame[]): void {
    if (functions === this.functions) return
    this.functions = functions
    this.texts = new Array<string | undefined>(functions.length)
    this.perCharacter = new Float32Array(functions.length)
  }

  /** The name of a function in so many pixels; '' if not even two characters fit. */
  fit(index: number, px: number): string {
    let text = this.texts[index]
    if (text === undefined) {
      text = this.texts[index] = bounded(visible(bounded(this.functions[index]!.name, DRAWN)), DRAWN)
      this.perCharacter[index] = ASCII.test(text) ? this.characterPx : this.measure(text) / Math.max(1, text.length)
    }
    return this.cut(text, px, this.perCharacter[index]!)
  }

  /** Any text in so many pixels. */
  cutText(text: string, px: number): string {
    const safe = visible(bounded(text, DRAWN))
    return this.cut(safe, px, ASCII.test(safe) ? this.characterPx : this.measure(safe) / Math.max(1, safe.length))
  }

  private cut(text: string, px: number, perCharacter: number): string {
    const fits = Math.floor(px / perCharacter)
    return text.length <= fits ? text : fits < 3 ? '' : bounded(text, fits)
  }
}
