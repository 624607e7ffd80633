import type { Detector } from '../detector.ts'

/** What is left when nothing else names it: the executable's name. */
export const executable: Detector = {
  name: 'executable',
  detect(facts) {
    if (facts.kernelThread) return undefined
    const name = facts.executable.slice(facts.executable.lastIndexOf('/') + 1) || facts.comm
    return { service: name, kind: 'process' }
  },
}
