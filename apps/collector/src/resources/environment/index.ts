import type { Detector } from '../detector.ts'

/** The service's own word: OTEL_SERVICE_NAME, else service.name in OTEL_RESOURCE_ATTRIBUTES (OpenTelemetry, SDK environment variables). */
export const environment: Detector = {
  name: 'environment',
  detect(facts) {
    const service = facts.variable('OTEL_SERVICE_NAME') || serviceName(facts.variable('OTEL_RESOURCE_ATTRIBUTES'))
    return service ? { service: service.slice(0, 255) } : undefined
  },
}

/** `key=value,key=value`, values percent-encoded (W3C Baggage). */
export function serviceName(attributes: string | undefined): string | undefined {
  for (const pair of attributes?.split(',') ?? []) {
    const [key, value] = pair.split('=', 2)
    if (key?.trim() === 'service.name' && value) return decode(value.trim())
  }
  return undefined
}

function decode(value: string): string {
  try {
    return decodeURIComponent(value)
  } catch {
    return value
  }
}
