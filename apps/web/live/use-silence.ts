'use client'
import type { Status } from './resources.ts'
import { silenceOf, type Silence } from './silence.ts'
import { useNow } from './use-now.ts'
import { useConnection, useTopic } from './use-topic.ts'

/** Who has fallen silent while one looks at the present. */
export function useSilence(live: boolean): Silence | undefined {
  const connection = useConnection()
  const status = useTopic<Status>('status', {}, true)
  const now = useNow(live)
  return live ? silenceOf(connection, status.data?.hosts, now) : undefined
}
