import type { HealthReport } from '../signal/index.ts'

/**
 * A collector's session with the hub: one WebSocket, subprotocol `sonde.ingest.v1`. Binary messages are frames, text
 * messages are these, as JSON.
 *
 *     collector                              hub
 *     hello  ──────────────────────────────▶
 *            ◀──────────────────────────────  welcome { committed }     sends what follows `committed`
 *     frame n, frame n+1, health … ────────▶
 *            ◀──────────────────────────────  ack { committed }         after the rows are in the store
 *            ◀──────────────────────────────  control { probe, enabled }
 *            ◀──────────────────────────────  attention { probe, watched }      somebody looks at what it shows, or no more
 *
 * Sequence numbers belong to one `stream` (a collector's life or its spool): the hub keeps the last committed one beside
 * the rows, in one transaction, so that a frame sent twice is stored once.
 */
export const INGEST_PROTOCOL = 'sonde.ingest.v1'
export const LIVE_PROTOCOL = 'sonde.live.v1'

export interface HostIdentity {
  /** From /etc/machine-id, hashed; else made and kept in the data directory. */
  readonly id: string
  readonly name: string
  readonly kernel: string
}

export type CollectorMessage =
  | { readonly type: 'hello'; readonly stream: string; readonly host: HostIdentity; readonly version: string }
  | { readonly type: 'health'; readonly report: HealthReport }

export type HubMessage =
  | { readonly type: 'welcome'; readonly committed: number }
  | { readonly type: 'ack'; readonly committed: number }
  | { readonly type: 'control'; readonly probe: string; readonly enabled: boolean }
  | { readonly type: 'attention'; readonly probe: string; readonly watched: boolean }
  | { readonly type: 'refused'; readonly reason: string }
