import { createRoute, z, type OpenAPIHono } from '@hono/zod-openapi'
import { Conflict, hostList, HostSchema, NewViewSchema, NotFound, ProbeSchema, switchProbe, viewAnswer, ViewSchema, type QueryContext } from '../query/index.ts'
import { problemAnswers } from './problem.ts'

const body = (schema: z.ZodObject) => ({ required: true, content: { 'application/json': { schema } } })
const json = (schema: z.ZodType, description: string) => ({ description, content: { 'application/json': { schema } } })
const NoQuery = z.strictObject({})

/** The few things that can be changed. */
export function addWriting(app: OpenAPIHono, base: string, context: () => QueryContext): void {
  const SwitchSchema = z.strictObject({ enabled: z.boolean(), host: z.string().optional().openapi({ description: 'Only on this host; default: on all that have the probe.' }) })
  app.openapi(createRoute({
    method: 'patch', path: `${base}/probes/{name}`, summary: 'Switches a probe on or off. The switch is kept.',
    request: { params: z.object({ name: z.string() }), query: NoQuery, body: body(SwitchSchema) },
    responses: { 200: json(ProbeSchema, 'The probe as it is now.'), 409: problemAnswers[404]!, ...problemAnswers },
  }), async (c) => {
    const { enabled, host } = c.req.valid('json') as z.infer<typeof SwitchSchema>
    return c.json(await switchProbe(context(), c.req.valid('param').name, enabled, host), 200) as never
  })

  const LabelSchema = z.strictObject({ label: z.string().trim().min(1).max(100).nullable() })
  app.openapi(createRoute({
    method: 'patch', path: `${base}/hosts/{id}`, summary: 'Gives a host a name, or takes it away.',
    request: { params: z.object({ id: z.string() }), query: NoQuery, body: body(LabelSchema) },
    responses: { 200: json(HostSchema, 'The host.'), ...problemAnswers },
  }), async (c) => {
    const { id } = c.req.valid('param')
    const { label } = c.req.valid('json') as z.infer<typeof LabelSchema>
    if (!(await context().people.labelHost(id, label))) throw new NotFound(`no host has the id ${id.slice(0, 64)}`)
    return c.json((await hostList(context())).find((host) => host.id === id), 200) as never
  })

  app.openapi(createRoute({
    method: 'post', path: `${base}/views`, summary: 'Saves a selection.', request: { query: NoQuery, body: body(NewViewSchema) },
    responses: { 201: json(ViewSchema, 'The saved view.'), 409: problemAnswers[404]!, ...problemAnswers },
  }), async (c) => {
    const { name, url } = c.req.valid('json') as z.infer<typeof NewViewSchema>
    const view = await context().people.addView(name, url)
    if (!view) throw new Conflict('so many views are saved that one has to go first')
    return c.json(viewAnswer(view), 201) as never
  })

  app.openapi(createRoute({
    method: 'delete', path: `${base}/views/{id}`, summary: 'Removes a saved view.', request: { params: z.object({ id: z.string() }), query: NoQuery },
    responses: { 204: { description: 'It is gone.' }, ...problemAnswers },
  }), async (c) => {
    const { id } = c.req.valid('param')
    if (!(await context().people.removeView(id))) throw new NotFound(`no view has the id ${id.slice(0, 64)}`)
    return c.body(null, 204) as never
  })
}
