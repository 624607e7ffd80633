import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { checkSpans, checkTrace, reversedStarts } from './check.ts'
import { installPartners, PARTNERS } from './install.ts'
import { collectorCounts, collectorSpans, jaegerParents, jaegerTrace, type Span } from './received.ts'
import { reportOf, type PassResult } from './report.ts'
import { answers, PORTS, startPartners, System, type Partners } from './systems.ts'

const ROOT = join(import.meta.dirname, '../..')
const FRONT_PORT = 23220
const BACK_PORT = 23221
const REQUESTS = 100

const PASSES = [
  { protocol: 'http/protobuf', endpoint: `http://127.0.0.1:${PORTS.collectorHttp}` },
  { protocol: 'grpc', endpoint: `http://127.0.0.1:${PORTS.collectorGrpc}` },
] as const

const say = (line: string) => console.log(`partners: ${line}`)

/** Real programs, watched by the real collector, whose spans go to a real OpenTelemetry Collector and on to a real Jaeger. */
async function main(): Promise<number> {
  const programs = await installPartners(join(ROOT, '.partners'), say)
  const folder = await mkdtemp(join(tmpdir(), 'sonde-partners-'))
  const partners = await startPartners(programs, folder)
  const started: System[] = [partners.jaeger, partners.collector]
  try {
    say(`OpenTelemetry Collector and Jaeger are up (${folder})`)
    started.push(...startChain(folder))
    await started.at(-1)!.ready(() => answers(`http://127.0.0.1:${FRONT_PORT}/front/0`), 20)
    const results: PassResult[] = []
    for (const [index, pass] of PASSES.entries()) results.push(await runPass(pass, `/pass-${index + 1}`, partners, folder))
    const wrong = results.flatMap((result) => result.wrong)
    await mkdir(join(ROOT, 'docs/reference'), { recursive: true })
    await writeFile(join(ROOT, 'docs/reference/partners.md'), reportOf(results, PARTNERS, REQUESTS))
    for (const sentence of wrong) say(`WRONG: ${sentence}`)
    say(wrong.length === 0 ? 'all is as it should be; docs/reference/partners.md is written' : `${wrong.length} things are wrong; logs are in ${folder}`)
    if (wrong.length === 0) await rm(folder, { recursive: true })
    return wrong.length === 0 ? 0 : 1
  } finally {
    for (const system of started.reverse()) await system.stop()
  }
}

const program = (name: string) => join(import.meta.dirname, name)
const named = (service: string) => ({ ...process.env, OTEL_SERVICE_NAME: service })

function startChain(folder: string): System[] {
  const back = new System('back', [process.execPath, program('chain.ts'), 'back', String(BACK_PORT)], { folder, env: named('partners-back') })
  const front = new System('front', [process.execPath, program('chain.ts'), 'front', String(FRONT_PORT), String(BACK_PORT)], { folder, env: named('partners-front') })
  return [back, front]
}

/** One client's worth of requests under a collector that exports by one protocol. */
async function runPass(pass: (typeof PASSES)[number], prefix: string, partners: Partners, folder: string): Promise<PassResult> {
  say(`${pass.protocol}: ${REQUESTS} requests through the chain`)
  const data = join(folder, `data${prefix.replace('/', '-')}`)
  const sonde = new System(`sonde${prefix.replace('/', '-')}`, [
    process.execPath, join(ROOT, 'apps/collector/src/main.ts'), '--data-dir', data, '--no-hub', '--no-prometheus', '--otlp-endpoint', pass.endpoint, '--otlp-protocol', pass.protocol,
  ], { folder })
  try {
    await sonde.ready(() => isWatching(partners, `${prefix}-warm-up`, folder), 90)
    await new System('client', clientCommand(prefix, REQUESTS), { folder, env: named('partners-client') }).ended(60)
    await until(async () => (await collectorSpans(partners.received, `${prefix}/`)).length >= REQUESTS * 4, 15)
  } finally {
    await sonde.stop() // the last metrics and spans leave with it
  }
  await sleep(500)
  const spans = await collectorSpans(partners.received, `${prefix}/`)
  const wrong = checkSpans(spans, prefix, REQUESTS)
  const traces = await readBack(spans, wrong)
  const served = (await collectorCounts(partners.received, 'http.server.request.duration'))['partners-back'] ?? 0
  const warmUps = (await collectorSpans(partners.received, `${prefix}-warm-up`)).filter((span) => span.kind === 'server' && span.service === 'partners-back').length
  if (served !== REQUESTS + warmUps) wrong.push(`${pass.protocol}: http.server.request.duration of partners-back counts ${served}, its spans ${REQUESTS + warmUps}`)
  return { protocol: pass.protocol, spans: spans.length, traces, served, reversed: reversedStarts(spans), wrong, example: spans.filter((span) => span.path === `${prefix}/front/0`) }
}

const clientCommand = (prefix: string, count: number) => [process.execPath, program('chain.ts'), 'client', String(FRONT_PORT), prefix, String(count)]

/** Sends one request and sees whether a span of it arrives: then probes are attached and the export works. */
async function isWatching({ received }: Partners, prefix: string, folder: string): Promise<boolean> {
  await new System('warm-up', clientCommand(prefix, 1), { folder, env: named('partners-client') }).ended(20)
  await sleep(1500)
  return (await collectorSpans(received, prefix)).length > 0
}

/** Compares what Jaeger tells of each trace with what the collector was given; returns the traces found joined. */
async function readBack(spans: readonly Span[], wrong: string[]): Promise<number> {
  let joined = 0
  for (const [traceId, given] of Map.groupBy(spans, (span) => span.traceId)) {
    await until(async () => (await jaegerTrace(traceId)).length >= given.length, 5)
    const sentences = checkTrace(given, await jaegerTrace(traceId), await jaegerParents(traceId))
    if (sentences.length === 0 && given.length >= 2) joined++
    wrong.push(...sentences.slice(0, Math.max(0, 20 - wrong.length)))
  }
  return joined
}

async function until(condition: () => Promise<boolean>, seconds: number): Promise<void> {
  const deadline = Date.now() + seconds * 1000
  while (!(await condition()) && Date.now() < deadline) await sleep(200)
}

process.exitCode = await main().catch((error: Error) => {
  say(error.message)
  return 1
})
