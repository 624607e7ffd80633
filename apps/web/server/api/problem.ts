import { z } from '@hono/zod-openapi'
import { BadParameter, Conflict, NotFound } from '../query/index.ts'

/** RFC 9457. */
export const ProblemDetails = z.object({
  type: z.string(), title: z.string(), status: z.int(), detail: z.string(),
  parameter: z.string().optional().openapi({ description: 'The parameter that is to blame, if one is.' }),
}).openapi('ProblemDetails')
export type ProblemDetails = z.infer<typeof ProblemDetails>

const KINDS = {
  'bad-parameter': [400, 'A parameter cannot be used'],
  'bad-body': [400, 'The body cannot be used'],
  'bad-request': [400, 'That is no request'],
  'foreign-origin': [403, 'Requests from other sites are refused'],
  'not-found': [404, 'There is no such thing'],
  'method-not-allowed': [405, 'The resource has no such method'],
  'too-slow': [408, 'The request did not come in time'],
  conflict: [409, 'Not as things are'],
  'too-large': [413, 'The body is too large'],
  'wrong-host': [421, 'This host name is not served'],
  'not-upgraded': [426, 'The resource is a WebSocket'],
  'headers-too-large': [431, 'The headers are too large'],
  failed: [500, 'Sonde failed'],
  unavailable: [503, 'Not now'],
} as const
export type ProblemKind = keyof typeof KINDS

/** Answers a problem in words of RFC 9457. */
export const problemAnswers = Object.fromEntries([400, 404, 500, 503, 'default'].map((status) => [status, { description: 'Why not.', content: { 'application/problem+json': { schema: ProblemDetails } } }]))

export function problem(kind: ProblemKind, detail: string, parameter?: string): ProblemDetails {
  const [status, title] = KINDS[kind]
  return { type: `urn:sonde:problem:${kind}`, title, status, detail, ...(parameter !== undefined && { parameter }) }
}

export const problemResponse = (details: ProblemDetails, headers: Record<string, string> = {}): Response =>
  new Response(JSON.stringify(details), { status: details.status, headers: { 'content-type': 'application/problem+json', 'cache-control': 'no-store', ...headers } })

/** What an error means to whoever asked. What nobody foresaw is told to the log, and here only that it happened. */
export function problemOf(error: unknown, log: (error: unknown) => void): ProblemDetails {
  if (error instanceof BadParameter) return problem('bad-parameter', error.message, error.parameter)
  if (error instanceof NotFound) return problem('not-found', error.message)
  if (error instanceof Conflict) return problem('conflict', error.message)
  if (error instanceof z.ZodError) return problemOfIssues(error)
  if (error instanceof Error && error.name === 'QueryTimeoutError') return problem('unavailable', `${error.message}; choose a shorter range or a narrower filter`)
  log(error)
  return problem('failed', 'the query could not be answered; the log of the web process says why')
}

export function problemOfIssues(error: z.ZodError, kind: ProblemKind = 'bad-parameter'): ProblemDetails {
  const issue = deepest(error.issues[0]!)
  const parameter = issue.code === 'unrecognized_keys' ? issue.keys[0] : issue.path[0] === undefined ? undefined : String(issue.path[0])
  const detail = issue.code === 'unrecognized_keys' ? `unknown ${kind === 'bad-body' ? 'field' : 'parameter'} "${String(parameter).slice(0, 64)}"` : issue.message
  return problem(kind, detail, parameter?.slice(0, 64))
}

/** Of a union's complaints, the first that is about the value and not its type. */
function deepest(issue: z.core.$ZodIssue): z.core.$ZodIssue {
  if (issue.code !== 'invalid_union') return issue
  const inner = issue.errors.flat().find((one) => one.code !== 'invalid_type') ?? issue.errors.flat()[0]
  return inner ? { ...deepest(inner), path: [...issue.path, ...inner.path] } as z.core.$ZodIssue : issue
}
