import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import { etag } from 'hono/etag'
import { HTTPException } from 'hono/http-exception'
import { LIVE_PROTOCOL } from '@sonde/shared/wire'
import { NotFound, RESOURCES, type QueryContext, type Resource } from '../query/index.ts'
import { problem, problemAnswers, problemOf, problemOfIssues, problemResponse } from './problem.ts'
import { addWriting } from './writing.ts'

const BASE = '/api/v1'
export const LIVE_PATH = `${BASE}/live`
/** Answers that are the same until something changes. */
const TAGGED = ['openapi.json', 'requests/:id', 'traces/:traceId', 'probes', 'exporters', 'hosts', 'views']

export interface ApiOptions {
  readonly version: string
  readonly startedAt: string
  /** Undefined while starting. */
  context(): QueryContext | undefined
  log(error: unknown): void
}

/** The JSON API: routes, checks and the OpenAPI document all come from the resources' own definitions. */
export function createApi(options: ApiOptions): OpenAPIHono {
  const app = new OpenAPIHono({ strict: true, defaultHook: (result) => (result.success ? undefined : problemResponse(problemOfIssues(result.error, result.target === 'json' ? 'bad-body' : 'bad-parameter'))) })
  app.use('*', noStore)
  app.use('*', (c, next) => whileStarting(c, next, options))
  for (const path of TAGGED) app.use(`${BASE}/${path}`, etag({ weak: true }))
  const context = () => options.context()!
  for (const one of RESOURCES) addReading(app, one, context)
  addWriting(app, BASE, context)
  addDocument(app, options.version)
  app.get(LIVE_PATH, () => problemResponse(problem('not-upgraded', `${LIVE_PATH} is a WebSocket of subprotocol ${LIVE_PROTOCOL}`), { upgrade: 'websocket', connection: 'Upgrade, close' }))
  addRefusals(app)
  app.notFound((c) => problemResponse(problem('not-found', `nothing is at ${c.req.path.slice(0, 200)}; ${BASE}/openapi.json says what there is`)))
  app.onError((error) => problemResponse(error instanceof HTTPException ? problem('bad-body', error.message) : problemOf(error, options.log)))
  return app
}

async function noStore(c: Context, next: () => Promise<void>): Promise<void> {
  await next()
  if (!c.res.headers.has('cache-control')) c.res.headers.set('cache-control', 'no-cache')
}

async function whileStarting(c: Context, next: () => Promise<void>, { context, version, startedAt }: ApiOptions): Promise<Response | void> {
  if (context() || c.req.path === `${BASE}/openapi.json`) return next()
  if (c.req.path === `${BASE}/health`) return c.json({ status: 'starting', version, startedAt, problems: [], hosts: [] }, 503, { 'retry-after': '1' })
  return problemResponse(problem('unavailable', 'Sonde is starting'), { 'retry-after': '1' })
}

function addReading(app: OpenAPIHono, { name, summary, params, answer, run, render, media }: Resource, context: () => QueryContext): void {
  const inPath = name.includes('{')
  const route = createRoute({
    method: 'get', path: `${BASE}/${name}`, summary,
    request: inPath ? { params, query: z.strictObject({}) } : { query: params },
    responses: { 200: { description: summary, content: contentOf(answer, media) }, ...problemAnswers },
  })
  app.openapi(route, async (c) => {
    const asked = c.req.valid((inPath ? 'param' : 'query') as never) as Record<string, unknown>
    const other = await render?.(context(), asked)
    if (other) return c.body(other.body as string, 200, { 'content-type': other.mediaType, 'content-disposition': `attachment; filename="${other.fileName}"` }) as never
    const data = await run(context(), asked)
    return c.json(data, 200) as never
  })
}

const contentOf = (answer: z.ZodType, media: Resource['media'] = {}) => Object.fromEntries(Object.entries({ 'application/json': answer, ...media }).map(([type, schema]) => [type, { schema }]))

function addDocument(app: OpenAPIHono, version: string): void {
  const describe = () => app.getOpenAPI31Document({
    openapi: '3.1.0',
    info: {
      title: 'Sonde', version, license: { name: 'Apache-2.0' },
      description: 'Where the time of every request on a Linux host went. Instants are RFC 3339 in UTC with nine fractional digits, durations whole nanoseconds in fields ending `Ns`, rates per second, shares 0–1. Ranges are half-open. '
        + 'Percentiles are exact (nearest rank); histograms are log-linear with buckets at most 6.25 % wide and exact counts. Errors are `application/problem+json`. '
        + 'Live: a WebSocket at `/api/v1/live`, subprotocol `sonde.live.v1`, takes `{"subscribe": topic, "id": n, "params": {…}}` and `{"unsubscribe": n}` and sends `{"id", "mode": "snapshot" | "append", "data", "skipped"?}` or `{"id", "error"}`; topics are the names of the resources below that need no id, and `alive`, which is empty and comes each 3 s.',
    },
    servers: [{ url: '/' }],
  })
  let document: ReturnType<typeof describe> | undefined
  app.get(`${BASE}/openapi.json`, (c) => {
    z.strictObject({}).parse(c.req.query())
    return c.json((document ??= describe()))
  })
}

/** Every path that has some method says of the others that it hasn't. */
function addRefusals(app: OpenAPIHono): void {
  const methods = new Map<string, Set<string>>()
  for (const { path, method } of app.routes) {
    if (method === 'ALL' || !path.startsWith(BASE)) continue
    const known = methods.get(path) ?? new Set<string>()
    known.add(method)
    if (method === 'GET') known.add('HEAD')
    methods.set(path, known)
  }
  for (const [path, known] of methods) {
    // A path such as /requests/aggregate also fits /requests/:id; the exact one was added first and answers.
    app.all(path, (c) => {
      if (known.has(c.req.method)) throw new NotFound(`nothing is at ${c.req.path.slice(0, 200)}`)
      return problemResponse(problem('method-not-allowed', `${c.req.method} is not one of ${[...known].sort().join(', ')}`), { allow: [...known].sort().join(', ') })
    })
  }
}
