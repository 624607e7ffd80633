import { defaultResource, resourceFromAttributes, type Resource } from '@opentelemetry/resources'
import { HOST_ID, HOST_NAME, SCHEMA_URL, SERVICE_INSTANCE_ID, SERVICE_NAME, TELEMETRY_DISTRO_NAME, TELEMETRY_DISTRO_VERSION } from '@sonde/shared/semconv'
import { BoundedMap } from '../../health/bounded-map.ts'
import { UNKNOWN_SERVICE } from '../../metrics/index.ts'
import type { ExporterContext } from '../exporter.ts'
import { instanceId } from '../service-instance.ts'

const MAX_SERVICES = 4096

/** One OpenTelemetry resource a service, the same object each time: the serialiser groups spans by it. */
export class Resources {
  private readonly context: ExporterContext
  // An evicted one is made again when needed: nothing is lost.
  private readonly known = new BoundedMap<string, Resource>({ capacity: MAX_SERVICES, onEvict: () => undefined })

  constructor(context: ExporterContext) {
    this.context = context
  }

  of(service: string): Resource {
    const name = service === '' ? UNKNOWN_SERVICE : service
    let resource = this.known.get(name)
    if (!resource) this.known.set(name, (resource = this.make(name)))
    return resource
  }

  /** Of the host's metrics and our own. */
  sonde(): Resource {
    return this.of('sonde')
  }

  private make(service: string): Resource {
    const { host, version } = this.context
    const own = resourceFromAttributes({
      [SERVICE_NAME]: service,
      [SERVICE_INSTANCE_ID]: instanceId(host.id, service),
      [HOST_NAME]: host.name,
      [HOST_ID]: host.id,
      [TELEMETRY_DISTRO_NAME]: 'sonde',
      [TELEMETRY_DISTRO_VERSION]: version,
    }, { schemaUrl: SCHEMA_URL })
    return defaultResource().merge(own)
  }
}
