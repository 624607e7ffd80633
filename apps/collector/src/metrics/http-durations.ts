import {
  ERROR_TYPE, HTTP_DURATION_BOUNDS_S, HTTP_REQUEST_METHOD, HTTP_RESPONSE_STATUS_CODE, METRIC_HTTP_CLIENT_REQUEST_DURATION,
  METRIC_HTTP_SERVER_REQUEST_DURATION, NETWORK_PROTOCOL_VERSION, SERVER_ADDRESS, SERVER_PORT, URL_SCHEME,
} from '@sonde/shared/semconv'
import { Distribution } from './distribution.ts'
import { ExponentialDistribution } from './exponential-distribution.ts'
import { httpRequest, type HttpRequest } from './http-request.ts'
import { attributeText, serviceText, type Attributes, type MetricDescriptor } from './metric.ts'
import { recordDuration } from './record-duration.ts'
import type { RequestRows } from './request-rows.ts'
import { isOverflow, SeriesSet, type SeriesLimits } from './series.ts'

export const HTTP_BOUNDS_S: readonly number[] = [...HTTP_DURATION_BOUNDS_S]
const CLIENT = 1
/** Rows of a batch that say the same in all that matters find their series among so many; what comes beyond is looked up in full. */
const MOST_KNOWN = 64

const descriptorOf = (name: string, side: string): MetricDescriptor => ({ name, description: `Duration of HTTP ${side} requests.`, unit: 's', kind: 'histogram' })

class DurationSeries {
  readonly attributes: Attributes
  readonly value: Distribution | ExponentialDistribution
  readonly isOverflow: boolean

  constructor(attributes: Attributes, value: Distribution | ExponentialDistribution) {
    this.attributes = attributes
    this.value = value
    this.isOverflow = isOverflow(this)
  }
}

/** A series as cells of a row name it, in a list of those with the same text of attributes. */
interface Known {
  readonly service: number
  readonly method: number
  readonly outcome: number
  readonly series: DurationSeries
  readonly next: Known | undefined
  readonly depth: number
}

export interface HttpDurationsOptions {
  readonly limits: SeriesLimits
  /** Base-2 exponential histograms instead of the convention's bounds. */
  readonly exponential: boolean
  /** Whether each bucket remembers the last trace in it. */
  readonly exemplars: boolean
}

/** `http.server.request.duration` and `http.client.request.duration` of every service. */
export class HttpDurations {
  readonly server: SeriesSet<DurationSeries>
  readonly client: SeriesSet<DurationSeries>
  private readonly exemplars: boolean

  constructor({ limits, exponential, exemplars }: HttpDurationsOptions) {
    const make = (attributes: Attributes) => new DurationSeries(attributes, exponential ? new ExponentialDistribution() : new Distribution(HTTP_BOUNDS_S))
    this.server = new SeriesSet(descriptorOf(METRIC_HTTP_SERVER_REQUEST_DURATION, 'server'), limits, make)
    this.client = new SeriesSet(descriptorOf(METRIC_HTTP_CLIENT_REQUEST_DURATION, 'client'), limits, make)
    this.exemplars = exemplars
  }

  /** Records the rows that are HTTP requests; returns how many there were, and how many of them found no series of their own. */
  add(rows: RequestRows): { readonly recorded: number; readonly overflown: number } {
    const known: (Known | undefined)[] = []
    const { attributes } = rows.batch.columns
    let recorded = 0
    let overflown = 0
    for (let row = 0; row < rows.batch.rowCount; row++) {
      if (!rows.isHttp(row)) continue
      const series = this.seriesOf(rows, row, known, attributes[row] as number)
      this.record(series, rows, row)
      recorded++
      if (series.isOverflow) overflown++
    }
    return { recorded, overflown }
  }

  private record({ value }: DurationSeries, rows: RequestRows, row: number): void {
    if (value instanceof Distribution) recordDuration(value, rows, row, this.exemplars)
    else value.record(rows.durationNs(row) / 1e9)
  }

  private seriesOf(rows: RequestRows, row: number, known: (Known | undefined)[], attributes: number): DurationSeries {
    const { columns } = rows.batch
    const isClient = columns.role[row] === CLIENT
    const service = columns.service[row] as number
    const method = columns.method[row] as number
    const outcome = (((columns.status[row] as number) << 16) | ((columns.flags[row] as number) << 8) | ((columns.error[row] as number) << 1) | (isClient ? 1 : 0)) >>> 0
    for (let one = known[attributes]; one; one = one.next) {
      if (one.service === service && one.method === method && one.outcome === outcome) return one.series
    }
    const series = this.lookUp(rows, row)
    // A client whose server has no name of its own is told apart by what else is in its row.
    if (isClient && !(SERVER_ADDRESS in rows.attributes(row))) return series
    const next = known[attributes]
    if ((next?.depth ?? 0) < MOST_KNOWN) known[attributes] = { service, method, outcome, series, next, depth: (next?.depth ?? 0) + 1 }
    return series
  }

  private lookUp(rows: RequestRows, row: number): DurationSeries {
    const request = httpRequest(rows, row)
    const version = String(rows.attributes(row)[NETWORK_PROTOCOL_VERSION] ?? '')
    return (request.isClient ? this.client : this.server).of(serviceText(rows.text('service', row)), attributesOf(request, version))
  }
}

function attributesOf(request: HttpRequest, version: string): Attributes {
  return {
    [HTTP_REQUEST_METHOD]: request.method,
    [URL_SCHEME]: attributeText(request.scheme),
    ...(request.status !== 0 && { [HTTP_RESPONSE_STATUS_CODE]: request.status }),
    ...(request.errorType !== '' && { [ERROR_TYPE]: attributeText(request.errorType) }),
    ...(version !== '' && { [NETWORK_PROTOCOL_VERSION]: attributeText(version) }),
    ...(request.isClient && { [SERVER_ADDRESS]: attributeText(request.serverAddress), [SERVER_PORT]: request.serverPort }),
  }
}
