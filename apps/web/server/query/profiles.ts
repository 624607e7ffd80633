import { z } from '@hono/zod-openapi'
import { FRAME_KINDS, NAME_SOURCES } from '@sonde/shared/signal'
import { formatInstant } from '@sonde/shared/units'
import type { StoredProfile } from '../store/profile-store.ts'
import type { TimeRange } from '../store/store.ts'
import { Count, DurationNs, Host, instant, Instant } from './fields.ts'
import { wholeParam } from './paging.ts'
import { foldedOf, speedscopeOf } from './profile-formats.ts'
import { pprofOf } from './profile-pprof.ts'
import { treeOf, type ProfileTree } from './profile-tree.ts'
import { rangeChanges, rangeParams, resolveRange, stepParam, stepTimes } from './range.ts'
import type { Rendered } from './resource.ts'
import { resource } from './resource.ts'

/** Threads given at most. */
const MAX_THREADS = 200
/** Points of a timeline whose step wasn't asked for. */
const POINTS = 120n
const SECOND_NS = 1_000_000_000n
const MAX_NUMBER = 2 ** 32 - 1

const Frame = z.object({
  name: z.string().openapi({ description: 'The function; of one whose name is not known, its binary and the offset in it: `libssl.so.3+0x1234`.' }),
  file: z.string().openapi({ description: 'Source file, or empty.' }),
  line: Count,
  binary: z.string().openapi({ description: 'Path of what it is in, as its process sees it; `[kernel]`, `[module]`, `[vdso]`, `[jit]`, or empty.' }),
  kind: z.enum(FRAME_KINDS),
  nameSource: z.enum(NAME_SOURCES),
}).openapi('Frame')

const Node = z.object({
  frame: Count.openapi({ description: 'Index into `frames`.' }),
  parent: z.int().min(-1).openapi({ description: 'Index into `nodes` of what called it, which stands before it; −1 for roots.' }),
  self: Count.openapi({ description: 'Samples in it and nothing it called.' }),
  total: Count.openapi({ description: 'Samples in it and all it called.' }),
})

const Profile = z.object({
  type: z.enum(['cpu']),
  unit: z.literal('samples'),
  sampleCount: Count,
  valueNs: DurationNs.openapi({ description: 'Time the samples stand for: CPU time, for type `cpu`.' }),
  unnamedSampleCount: Count.openapi({ description: 'Samples whose innermost function has no name.' }),
  frames: z.array(Frame),
  nodes: z.array(Node),
  timeline: z.object({ stepNs: DurationNs, points: z.array(z.object({ time: Instant, sampleCount: Count })) }),
  threads: z.array(z.object({ host: Host, service: z.string(), pid: Count, tid: Count, comm: z.string(), sampleCount: Count })).openapi({ description: `Threads of the samples, most samples first, at most ${MAX_THREADS}.` }),
  cpus: z.array(z.object({ cpu: Count, sampleCount: Count })),
}).openapi('Profile')

const number = (description: string) => wholeParam(0, MAX_NUMBER, description).optional()

const FORMATS = ['json', 'folded', 'speedscope', 'pprof'] as const

export const profiles = resource({
  name: 'profiles',
  summary: 'Where CPU time went: sampled stacks as one tree of calls. Also as folded stacks, for speedscope, and as pprof.',
  params: z.strictObject({
    ...rangeParams,
    type: z.enum(['cpu']).default('cpu').openapi({ description: 'What was sampled.' }),
    service: z.string().optional(), host: z.string().optional(),
    pid: number('Process.'), tid: number('Thread.'), cpu: number('CPU.'),
    step: stepParam.optional(),
    format: z.enum(FORMATS).default('json'),
  }),
  answer: Profile,
  media: ['text/plain', 'application/octet-stream'],
  changes: rangeChanges,
  async run(context, params) {
    const range = resolveRange(params, context.now())
    const { profile, stepNs } = await readProfile(context.store, range, params)
    const tree = treeOf(profile)
    const counts = new Map(profile.timeline.map(({ time, count }) => [time, count]))
    return {
      type: params.type, unit: 'samples' as const, sampleCount: tree.sampleCount, valueNs: tree.valueNs,
      unnamedSampleCount: tree.nodes.reduce((sum, { frame, self }) => sum + (tree.frames[frame]!.nameSource === 'none' ? self : 0), 0),
      frames: tree.frames as z.input<typeof Frame>[],
      nodes: tree.nodes.map(({ frame, parent, self, total }) => ({ frame, parent, self, total })),
      timeline: { stepNs: Number(stepNs), points: stepTimes(range, stepNs).map((time) => ({ time: instant(time), sampleCount: counts.get(time) ?? 0 })) },
      threads: profile.threads.map(({ count, ...thread }) => ({ ...thread, sampleCount: count })),
      cpus: profile.cpus.map(({ cpu, count }) => ({ cpu, sampleCount: count })),
    }
  },
  async render(context, params) {
    if (params.format === 'json') return undefined
    const range = resolveRange(params, context.now())
    const { profile } = await readProfile(context.store, range, params)
    return rendered(treeOf(profile), range, params.format, params.service)
  },
})

interface Asked {
  readonly type: 'cpu'
  readonly service?: string | undefined
  readonly host?: string | undefined
  readonly pid?: number | undefined
  readonly tid?: number | undefined
  readonly cpu?: number | undefined
  readonly step?: bigint | undefined
}

async function readProfile(store: { profile(range: TimeRange, filter: Asked, stepNs: bigint, limit: number): Promise<StoredProfile> }, range: TimeRange, asked: Asked) {
  const stepNs = asked.step ?? stepFor(range)
  const { type, service, host, pid, tid, cpu } = asked
  return { stepNs, profile: await store.profile(range, { type, service, host, pid, tid, cpu }, stepNs, MAX_THREADS) }
}

/** Whole seconds, which is how samples are kept. */
function stepFor({ from, to }: TimeRange): bigint {
  const seconds = (to - from) / POINTS / SECOND_NS + 1n
  return seconds * SECOND_NS
}

function rendered(tree: ProfileTree, range: TimeRange, format: 'folded' | 'speedscope' | 'pprof', service: string | undefined): Rendered {
  const name = `${service ?? 'all services'}, ${formatInstant(range.from)} – ${formatInstant(range.to)}`
  switch (format) {
    case 'folded': return { body: foldedOf(tree), mediaType: 'text/plain; charset=utf-8', fileName: 'profile.folded' }
    case 'speedscope': return { body: speedscopeOf(tree, name), mediaType: 'application/json', fileName: 'profile.speedscope.json' }
    case 'pprof': return { body: pprofOf(tree, range, tree.sampleCount === 0 ? 0 : Math.round(tree.valueNs / tree.sampleCount)), mediaType: 'application/octet-stream', fileName: 'profile.pb.gz' }
  }
}
