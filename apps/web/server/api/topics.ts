import type { TopicReading, Topics } from '../hub/topic.ts'
import { BadParameter, liveRequestParams, NotFound, openRequestsTopic, RESOURCES, type QueryContext } from '../query/index.ts'
import { problemOf } from './problem.ts'

const READABLE = new Map(RESOURCES.filter(({ name }) => !name.includes('{')).map((one) => [one.name, one]))

/** Live topics: the resources under their own names, with the same parameters; `requests` gives rows as they arrive. */
export function createTopics(context: () => QueryContext, log: (error: unknown) => void): Topics {
  return {
    problemOf: (error) => problemOf(error, log),
    open(topic: string, given: unknown): TopicReading {
      const asked = texts(given)
      const key = `${topic} ${JSON.stringify(Object.entries(asked).sort(([a], [b]) => (a < b ? -1 : 1)))}`
      if (topic === 'requests') return { kind: 'append', key, list: 'requests', table: 'requests', ...openRequestsTopic(liveRequestParams.parse(asked), () => context().now()) }
      const resource = READABLE.get(topic)
      if (!resource) throw new NotFound(`no topic has the name ${topic.slice(0, 64)}; there are ${[...READABLE.keys()].join(', ')}`)
      const params = resource.params.parse(asked)
      const evaluate = resource.follow?.(params) ?? ((now: QueryContext) => resource.run(now, params))
      return { kind: 'snapshot', key, evaluate: () => evaluate(context()), changes: (now) => resource.changes(params, now), ...(resource.probes && { probes: resource.probes }) }
    },
  }
}

/** Parameters as a query string would have them. @throws BadParameter */
function texts(given: unknown): Record<string, string | string[]> {
  if (given === null || typeof given !== 'object' || Array.isArray(given)) throw new BadParameter('params', 'not an object')
  const asked: Record<string, string | string[]> = {}
  for (const [name, value] of Object.entries(given)) {
    if (value === undefined || value === null) continue
    if (Array.isArray(value)) asked[name] = value.map((one) => text(name, one))
    else asked[name] = text(name, value)
  }
  return asked
}

function text(name: string, value: unknown): string {
  if (typeof value === 'string') return value
  if (typeof value === 'number' || typeof value === 'boolean') return String(value)
  throw new BadParameter(name, 'neither text nor a number')
}
