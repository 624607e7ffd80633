import { REQUEST_FLAG } from '@sonde/shared/signal'
import { PERCENTILES_SQL } from './groups-sql.ts'

/** Traffic of each service in each role, with the protocol most of it has. */
export function serviceTrafficSql(source: string): string {
  return `
    WITH base AS (SELECT * FROM ${source} WHERE service <> ''),
      common AS (SELECT service, role, arg_max(protocol, n) AS protocol FROM (SELECT service, role, protocol, count(*) AS n FROM base GROUP BY ALL) GROUP BY ALL)
    SELECT service, role, any_value(common.protocol) AS protocol, list(DISTINCT host) AS hosts, count(*) AS n, sum(error)::BIGINT AS errors, ${PERCENTILES_SQL}
    FROM base JOIN common USING (service, role) GROUP BY service, role`
}

/**
 * Exchanges by (client, server, protocol). A request seen at both ends is two rows with one `pairKey`: the client's is
 * counted, and the server's only if no client's row has its key. `keys` is the same relation with fewer columns: the keys
 * are compared before any text is looked up.
 */
export function trafficEdgesSql(source: string, keys: string): string {
  return `
    WITH counted AS (
      SELECT * FROM ${source} WHERE role = 1
      UNION ALL
      SELECT * FROM ${source} AS server WHERE role = 0 AND "pairKey" NOT IN (SELECT "pairKey" FROM ${keys} WHERE role = 1))
    SELECT CASE role WHEN 1 THEN service ELSE peer END AS edge_from, CASE role WHEN 1 THEN peer ELSE service END AS edge_to, protocol, role,
      bool_or((flags & ${REQUEST_FLAG.peerNamed}) <> 0) AS named, count(*) AS n, sum(error)::BIGINT AS errors, ${PERCENTILES_SQL}
    FROM counted GROUP BY ALL`
}

/** Ended connections by (client, server, protocol), the server's end counted only where the client's wasn't seen. Bytes as the client counts them. */
export function connectionEdgesSql(source: string): string {
  return `
    WITH base AS (SELECT * FROM ${source}),
      counted AS (
        SELECT * FROM base WHERE role = 1
        UNION ALL
        SELECT * FROM base AS server WHERE role = 0 AND NOT EXISTS (
          SELECT 1 FROM base AS client WHERE client.role = 1 AND client."localPort" = server."remotePort" AND client."remotePort" = server."localPort"
            AND client."localAddress" = server."remoteAddress" AND client."remoteAddress" = server."localAddress"
            AND client."openedAt" <= server."closedAt" AND client."closedAt" >= server."openedAt"))
    SELECT CASE role WHEN 1 THEN service ELSE peer END AS edge_from, CASE role WHEN 1 THEN peer ELSE service END AS edge_to, protocol, role,
      bool_or("peerNamed" <> 0) AS named, count(*) AS n,
      sum(CASE role WHEN 1 THEN "bytesSent" ELSE "bytesReceived" END)::BIGINT AS sent, sum(CASE role WHEN 1 THEN "bytesReceived" ELSE "bytesSent" END)::BIGINT AS received,
      sum(retransmits)::BIGINT AS retransmitted
    FROM counted GROUP BY ALL`
}
