'use client'
import { useCallback, useState } from 'react'
import { ApiFailure, patch, useSelection, useTopic, type ApiError, type Probe, type Probes } from '../../live/index.ts'

/** The probe that this page lives from. */
export const PROBE = 'cpu_profile'

export interface CpuProbe {
  /** On each host of the selection; undefined before that is known. */
  readonly probes: readonly Probe[] | undefined
  readonly pending: boolean
  readonly failed: ApiError | undefined
  readonly turnOn: (probe: Probe) => void
}

/** Whether stacks are sampled now, and the switch for it. */
export function useCpuProbe(): CpuProbe {
  const { filters } = useSelection()
  const reading = useTopic<Probes>('probes', { ...filters(['host']), limit: 1000 }, true)
  const [pending, setPending] = useState(false)
  const [failed, setFailed] = useState<ApiError>()
  const turnOn = useCallback((probe: Probe) => {
    setPending(true)
    setFailed(undefined)
    patch(`probes/${PROBE}`, { enabled: true, host: probe.host })
      .catch((error: unknown) => setFailed(error instanceof ApiFailure ? error.problem : { query: `PATCH /api/v1/probes/${PROBE}`, status: 0, title: 'Failed', detail: String(error) }))
      .finally(() => setPending(false))
  }, [])
  return { probes: reading.data?.probes.filter(({ name }) => name === PROBE), pending, failed: failed ?? reading.error, turnOn }
}
