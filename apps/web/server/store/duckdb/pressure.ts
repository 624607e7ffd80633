import { readFileSync } from 'node:fs'

/** Percent of the last 10 s in which something that could run waited for a processor. */
const SHORT_PERCENT = 25

/** The processor is short, by the kernel's own pressure figure (Documentation/accounting/psi.rst); false where it keeps none. */
export function isProcessorShort(path = '/proc/pressure/cpu'): boolean {
  try {
    return Number(/^some avg10=([\d.]+)/m.exec(readFileSync(path, 'latin1'))?.[1] ?? 0) > SHORT_PERCENT
  } catch {
    return false // a kernel without PSI
  }
}
