import type { Probe } from './resources.ts'

/** One probe of one host. */
export const probeKey = ({ host, name }: Probe): string => `${host} ${name}`
