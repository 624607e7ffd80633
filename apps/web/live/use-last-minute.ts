'use client'
import { useMemo } from 'react'
import { lastMinute, type LastMinute } from './last-minute.ts'
import type { Status } from './resources.ts'
import { useTopic } from './use-topic.ts'

/** What figures of "the last minute" are of, while live. */
export function useLastMinute(): LastMinute {
  const { data } = useTopic<Status>('status', {}, true)
  return useMemo(() => lastMinute(data), [data])
}
