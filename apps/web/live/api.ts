/** Parameters of a resource; undefined ones are left out, lists are repeated. */
export type Params = Readonly<Record<string, string | number | readonly string[] | undefined>>

/** Why there is no answer, and to which query. */
export interface ApiError {
  /** `GET /api/v1/services`. */
  readonly query: string
  /** 0 when no answer came. */
  readonly status: number
  readonly title: string
  readonly detail: string
}

export class ApiFailure extends Error {
  override readonly name = 'ApiFailure'
  readonly problem: ApiError
  constructor(problem: ApiError) {
    super(`${problem.query}: ${problem.detail}`)
    this.problem = problem
  }
}

/** A little longer than the server lets a query run: until then it may still answer, or says itself that it was too long. */
const TIMEOUT_MS = 35_000

/** The query string of parameters, in their order. */
export function queryOf(params: Params): string {
  const search = new URLSearchParams()
  for (const [name, value] of Object.entries(params)) {
    if (value === undefined) continue
    for (const one of Array.isArray(value) ? value : [value]) search.append(name, String(one))
  }
  const text = search.toString()
  return text === '' ? '' : `?${text}`
}

/** One answer of the API. @throws ApiFailure */
export async function get<T>(resource: string, params: Params = {}, signal?: AbortSignal): Promise<T> {
  return ask<T>('GET', resource + queryOf(params), undefined, signal)
}

/** @throws ApiFailure */
export async function patch<T>(resource: string, body: unknown): Promise<T> {
  return ask<T>('PATCH', resource, body)
}

async function ask<T>(method: string, resource: string, body?: unknown, signal?: AbortSignal): Promise<T> {
  const query = `${method} /api/v1/${resource.split('?')[0]}`
  const timeout = AbortSignal.timeout(TIMEOUT_MS)
  try {
    const response = await fetch(`/api/v1/${resource}`, {
      method,
      signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
      ...(body !== undefined && { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    })
    if (response.ok) return (await response.json()) as T
    throw new ApiFailure(problemOf(query, response.status, await response.json().catch(() => undefined)))
  } catch (error) {
    if (error instanceof ApiFailure || signal?.aborted) throw error
    const detail = timeout.aborted ? `No answer in ${TIMEOUT_MS / 1000} s.` : 'Sonde’s web process does not answer.'
    throw new ApiFailure({ query, status: 0, title: 'No answer', detail })
  }
}

/** A problem document as an error; what isn't one still says its status. */
export function problemOf(query: string, status: number, body: unknown): ApiError {
  const problem = (body !== null && typeof body === 'object' ? body : {}) as Record<string, unknown>
  const text = (value: unknown, otherwise: string) => (typeof value === 'string' && value !== '' ? value.slice(0, 500) : otherwise)
  const title = text(problem.title, `Status ${status}`)
  return { query, status, title, detail: text(problem.detail, title) }
}
