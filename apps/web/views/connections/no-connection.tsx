import { EmptyNote, ErrorNote } from '../../ui/notes.tsx'
import type { ConnectionsReading } from './use-connections.ts'

/** Why there is no row. */
export function NoConnection({ answer: { data, error, retry } }: Pick<ConnectionsReading, 'answer'>) {
  if (error) return <ErrorNote error={error} onRetry={retry} />
  return <EmptyNote>{(data?.connections.length ?? 0) > 0 ? 'No connection of this range matches.' : 'No TCP connection in this range. They appear here when one is made, and those that are open already within seconds.'}</EmptyNote>
}
