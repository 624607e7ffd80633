export * from './socket.ts'
export * from './process.ts'
export * from './connection.ts'
export * from './exchange.ts'
export * from './host.ts'
export * from './measured.ts'
export * from './name.ts'
export * from './stack.ts'

import type { ProcessObservation } from './process.ts'
import type { ConnectionObservation } from './connection.ts'
import type { ExchangeObserved } from './exchange.ts'
import type { HostObservation } from './host.ts'
import type { DistributionMeasured } from './measured.ts'
import type { NameObservation } from './name.ts'
import type { StackSampled } from './stack.ts'

/**
 * Seam 2: what probes and detectors report, in words. A closed union: a new kind makes the compiler list the places
 * that must give it meaning. An observation is valid during the call it is passed to; whoever keeps one copies it.
 */
export type Observation = ProcessObservation | ConnectionObservation | NameObservation | ExchangeObserved | DistributionMeasured | HostObservation | StackSampled

/** Where observations go. */
export type Observer = (observation: Observation) => void
