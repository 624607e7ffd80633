'use client'
import { useCallback, useState } from 'react'
import { ApiFailure, patch, type ApiError } from './api.ts'
import { probeKey } from './probe-key.ts'
import type { Probe } from './resources.ts'

/** Switches probes; a switch on its way can't be pressed again, and a failure is said. */
export function useProbeSwitch(): { readonly pending: ReadonlySet<string>; readonly failed: ApiError | undefined; readonly set: (probe: Probe, enabled: boolean) => void; readonly forget: () => void } {
  const [pending, setPending] = useState<ReadonlySet<string>>(new Set())
  const [failed, setFailed] = useState<ApiError | undefined>(undefined)
  const set = useCallback((probe: Probe, enabled: boolean) => {
    const key = probeKey(probe)
    setPending((before) => new Set(before).add(key))
    setFailed(undefined)
    patch(`probes/${encodeURIComponent(probe.name)}`, { enabled, host: probe.host })
      .catch((error: unknown) => setFailed(error instanceof ApiFailure ? error.problem : { query: 'PATCH /api/v1/probes', status: 0, title: 'Failed', detail: String(error) }))
      .finally(() => setPending((before) => new Set([...before].filter((one) => one !== key))))
  }, [])
  return { pending, failed, set, forget: useCallback(() => setFailed(undefined), []) }
}
