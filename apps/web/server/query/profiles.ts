import { z } from '@hono/zod-openapi'
import { FRAME_KINDS, NAME_SOURCES } from '@sonde/shared/signal'
import { formatInstant } from '@sonde/shared/units'
import type { ProfileFilter, SampleSums } from '../store/profile-store.ts'
import type { TimeRange } from '../store/store.ts'
import type { QueryContext } from './context.ts'
import { Count, DurationNs, Host, instant, Instant } from './fields.ts'
import { wholeParam } from './paging.ts'
import { foldedOf, speedscopeOf } from './profile-formats.ts'
import { pprofOf } from './profile-pprof.ts'
import { treeOf, type ProfileTree } from './profile-tree.ts'
import { ProfileWindow } from './profile-window.ts'
import { rangeChanges, rangeParams, resolveRange, stepParam, stepTimes } from './range.ts'
import type { Rendered } from './resource.ts'
import { resource } from './resource.ts'

/** Threads and services given at most. */
const MAX_SUMS = 200
/** Points of a timeline whose step wasn't asked for. */
const POINTS = 120n
const SECOND_NS = 1_000_000_000n
/** What is too much to be kept is read again so often while its range goes by once: of six hours a minute is a 360th. */
const RENEWALS = 360n
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

const NodeColumns = z.object({ frame: z.array(Count), parent: z.array(z.int().min(-1)), self: z.array(Count), total: z.array(Count) })

/** How many samples, by what they are of. */
const sums = {
  timeline: z.object({ stepNs: DurationNs, points: z.array(z.object({ time: Instant, sampleCount: Count })) }),
  threads: z.array(z.object({ host: Host, service: z.string(), pid: Count, tid: Count, comm: z.string(), sampleCount: Count })).openapi({ description: `Threads of the samples, most samples first, at most ${MAX_SUMS}.` }),
  cpus: z.array(z.object({ cpu: Count, sampleCount: Count })),
}

const Profile = z.object({
  type: z.enum(['cpu']),
  unit: z.literal('samples'),
  sampleCount: Count,
  valueNs: DurationNs.openapi({ description: 'Time the samples stand for: CPU time, for type `cpu`.' }),
  unnamedSampleCount: Count.openapi({ description: 'Samples whose innermost function has no name.' }),
  frames: z.array(Frame),
  nodes: z.union([z.array(Node), NodeColumns]).openapi({ description: 'The nodes, or with `nodesAs=columns` their fields as four lists: a fifth of the text.' }),
  ...sums,
}).openapi('Profile')

/** What of github.com/jlfwong/speedscope's file-format-schema.json is used. */
const SpeedscopeFile = z.object({
  $schema: z.literal('https://www.speedscope.app/file-format-schema.json'), name: z.string(), exporter: z.string(), activeProfileIndex: Count,
  shared: z.object({ frames: z.array(z.object({ name: z.string(), file: z.string().optional(), line: Count.optional() })) }),
  profiles: z.array(z.object({ type: z.literal('sampled'), name: z.string(), unit: z.string(), startValue: DurationNs, endValue: DurationNs, samples: z.array(z.array(Count)), weights: z.array(DurationNs) })),
}).openapi('SpeedscopeFile')

const Samples = z.object({
  type: z.enum(['cpu']),
  sampleCount: Count,
  services: z.array(z.object({ service: z.string(), sampleCount: Count })).openapi({ description: `Most samples first, at most ${MAX_SUMS}.` }),
  ...sums,
}).openapi('ProfileSamples')

const number = (description: string) => wholeParam(0, MAX_NUMBER, description).optional()
const several = <T extends z.ZodType>(one: T, type: 'string' | 'integer', description: string) =>
  z.union([one, z.array(one).max(50)]).optional().openapi({ type, description: `${description} May be repeated: any of the values.` })

const asked = {
  ...rangeParams,
  type: z.enum(['cpu']).default('cpu').openapi({ description: 'What was sampled.' }),
  service: several(z.string(), 'string', 'Name of the service.'),
  host: several(z.string(), 'string', 'Id of the host.'),
  pid: several(wholeParam(0, MAX_NUMBER, 'Process.'), 'integer', 'Process.'),
  tid: number('Thread.'), cpu: number('CPU.'),
  step: stepParam.optional(),
}

const FORMATS = ['json', 'folded', 'speedscope', 'pprof'] as const

export const profiles = resource({
  name: 'profiles',
  summary: 'Where CPU time went: sampled stacks as one tree of calls. Also as folded stacks, for speedscope, and as pprof.',
  params: z.strictObject({ ...asked, nodesAs: z.enum(['objects', 'columns']).default('objects'), format: z.enum(FORMATS).default('json') }),
  answer: Profile,
  media: { 'application/json': z.union([Profile, SpeedscopeFile]), 'text/plain': z.string(), 'application/octet-stream': z.string() },
  changes: rangeChanges,
  run: profileOf,
  follow(params) {
    const window = new ProfileWindow(filterOf(params))
    let whole: { readonly answer: z.input<typeof Profile>; readonly at: bigint } | undefined
    return async (context) => {
      const range = resolveRange(params, context.now())
      const stepNs = params.step ?? stepFor(range)
      const read = await window.read(context.store, range, stepNs, MAX_SUMS)
      if (read) return profileAnswer(read.tree, read.sums, range, stepNs, params.nodesAs)
      if (!whole || range.to - whole.at >= (range.to - range.from) / RENEWALS) whole = { answer: await profileOf(context, params), at: range.to }
      return whole.answer
    }
  },
  async render(context, params) {
    if (params.format === 'json') return undefined
    const range = resolveRange(params, context.now())
    const profile = await context.store.profile(range, filterOf(params), params.step ?? stepFor(range), MAX_SUMS)
    return rendered(treeOf(profile), range, params.format, [params.service ?? []].flat().join(', '))
  },
})

export const profileSamples = resource({
  name: 'profiles/samples',
  summary: 'How many samples there are over time, and of which services, threads and CPUs: a profile without its stacks, for choosing what to ask one of.',
  params: z.strictObject(asked),
  answer: Samples,
  changes: rangeChanges,
  async run(context, params) {
    const range = resolveRange(params, context.now())
    const stepNs = params.step ?? stepFor(range)
    const samples = await context.store.samples(range, filterOf(params), stepNs, MAX_SUMS)
    return {
      type: params.type,
      sampleCount: samples.timeline.reduce((sum, { count }) => sum + count, 0),
      services: samples.services.map(({ service, count }) => ({ service, sampleCount: count })),
      ...sumsAnswer(samples, range, stepNs),
    }
  },
})

async function profileOf(context: QueryContext, params: Asked & { readonly nodesAs: NodesAs }): Promise<z.input<typeof Profile>> {
  const range = resolveRange(params, context.now())
  const stepNs = params.step ?? stepFor(range)
  const profile = await context.store.profile(range, filterOf(params), stepNs, MAX_SUMS)
  return profileAnswer(treeOf(profile), profile, range, stepNs, params.nodesAs)
}

function profileAnswer(tree: ProfileTree, sums: SampleSums, range: TimeRange, stepNs: bigint, nodesAs: NodesAs): z.input<typeof Profile> {
  return {
    type: 'cpu', unit: 'samples', sampleCount: tree.sampleCount, valueNs: tree.valueNs,
    unnamedSampleCount: tree.nodes.reduce((sum, { frame, self }) => sum + (tree.frames[frame]!.nameSource === 'none' ? self : 0), 0),
    frames: [...tree.frames],
    nodes: nodesAs === 'columns' ? columnsOf(tree) : tree.nodes.map(({ frame, parent, self, total }) => ({ frame, parent, self, total })),
    ...sumsAnswer(sums, range, stepNs),
  }
}

const columnsOf = ({ nodes }: ProfileTree) => ({
  frame: nodes.map(({ frame }) => frame), parent: nodes.map(({ parent }) => parent), self: nodes.map(({ self }) => self), total: nodes.map(({ total }) => total),
})

function sumsAnswer({ timeline, threads, cpus }: SampleSums, range: TimeRange, stepNs: bigint) {
  const counts = new Map(timeline.map(({ time, count }) => [time, count]))
  return {
    timeline: { stepNs: Number(stepNs), points: stepTimes(range, stepNs).map((time) => ({ time: instant(time), sampleCount: counts.get(time) ?? 0 })) },
    threads: threads.map(({ count, ...thread }) => ({ ...thread, sampleCount: count })),
    cpus: cpus.map(({ cpu, count }) => ({ cpu, sampleCount: count })),
  }
}

type NodesAs = 'objects' | 'columns'
type Asked = ProfileFilter & Parameters<typeof resolveRange>[0] & { readonly step?: bigint | undefined }

const filterOf = ({ type, service, host, pid, tid, cpu }: Asked): ProfileFilter => ({ type, service, host, pid, tid, cpu })

/** Whole seconds, which is how samples are kept. */
function stepFor({ from, to }: TimeRange): bigint {
  const seconds = (to - from) / POINTS / SECOND_NS + 1n
  return seconds * SECOND_NS
}

function rendered(tree: ProfileTree, range: TimeRange, format: 'folded' | 'speedscope' | 'pprof', services: string): Rendered {
  const name = `${services || 'all services'}, ${formatInstant(range.from)} – ${formatInstant(range.to)}`
  switch (format) {
    case 'folded': return { body: foldedOf(tree), mediaType: 'text/plain; charset=utf-8', fileName: 'profile.folded' }
    case 'speedscope': return { body: speedscopeOf(tree, name), mediaType: 'application/json', fileName: 'profile.speedscope.json' }
    case 'pprof': return { body: pprofOf(tree, range, tree.sampleCount === 0 ? 0 : Math.round(tree.valueNs / tree.sampleCount)), mediaType: 'application/octet-stream', fileName: 'profile.pb.gz' }
  }
}
