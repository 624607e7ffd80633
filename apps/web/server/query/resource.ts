import type { z } from '@hono/zod-openapi'
import type { QueryContext } from './context.ts'

/**
 * A resource of the API that is read: one definition makes its route, its part of the OpenAPI document and its live topic.
 * `name` is its path below /api/v1 and the topic's name; `{id}` in it makes it a resource without a topic.
 */
export interface Resource {
  readonly name: string
  readonly summary: string
  readonly params: z.ZodObject
  readonly answer: z.ZodObject
  run(context: QueryContext, params: Readonly<Record<string, unknown>>): Promise<Readonly<Record<string, unknown>>>
  /** What its live topic evaluates, again and again: it may remember what it has read. Else that is `run`. */
  follow?(params: Readonly<Record<string, unknown>>): (context: QueryContext) => Promise<Readonly<Record<string, unknown>>>
  /** Media types, and JSON of other schemas, that it may be given as, by `render`. */
  readonly media?: Readonly<Record<string, z.ZodType>>
  /** The answer in another form, if the parameters ask for one. */
  render?(context: QueryContext, params: Readonly<Record<string, unknown>>): Promise<Rendered | undefined>
  /** Probes that measure what it shows, and listen all the time while its topic is looked at. */
  readonly probes?: readonly string[]
  /** False if asking again later gives the same answer. */
  changes(params: Readonly<Record<string, unknown>>, now: bigint): boolean
}

/** An answer that isn't JSON of our own. */
export interface Rendered {
  readonly body: string | Buffer
  readonly mediaType: string
  /** What a browser calls it when it saves it. */
  readonly fileName: string
}

/** Checks that parameters, answer and what runs fit together. */
export function resource<P extends z.ZodObject, A extends z.ZodObject>(definition: {
  readonly name: string
  readonly summary: string
  readonly params: P
  readonly answer: A
  readonly probes?: readonly string[]
  run(context: QueryContext, params: z.output<P>): Promise<z.input<A>>
  follow?(params: z.output<P>): (context: QueryContext) => Promise<z.input<A>>
  readonly media?: Readonly<Record<string, z.ZodType>>
  render?(context: QueryContext, params: z.output<P>): Promise<Rendered | undefined>
  changes?(params: z.output<P>, now: bigint): boolean
}): Resource {
  return { changes: () => true, ...definition } as unknown as Resource
}
