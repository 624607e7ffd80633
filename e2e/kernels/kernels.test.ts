/**
 * Every probe on the kernels that people run, under emulation: loaded and attached by the collector's own loader, fed, and
 * what it tells compared with what was done. What a kernel lacks is left out by the loader's rule, and only that.
 */
import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import { join } from 'node:path'
import { compileCalls } from '../../packages/bpf-programs/testing/distributions.ts'
import { BootImages } from './boot-image.ts'
import type { Findings, ProbeFinding } from './findings.ts'
import { runInGuest } from './guest.ts'
import { kernels, type Kernel } from './kernels.ts'

const ROOT = join(import.meta.dirname, '../..')
/** Emulating a guest takes one CPU. */
const AT_ONCE = 2

type Outcome = { readonly findings: Findings } | { readonly failure: string } | { readonly missing: true }

const images = new BootImages()
const calls = compileCalls()
after(() => calls.remove())

async function tryOn(kernel: Kernel): Promise<Outcome> {
  try {
    const image = await images.get(kernel)
    if (!image) return { missing: true }
    const command = `cd '${ROOT}' && exec '${process.execPath}' e2e/kernels/guest/check.ts`
    const { status, output, console: said } = await runInGuest(image, command, { calls: calls.program })
    if (status !== 0) return { failure: `the guest ended with ${status ?? 'nothing: it hung or the kernel stopped'}\n${output.slice(-3000)}\n${said.slice(-6000)}` }
    return { findings: JSON.parse(output) as Findings }
  } catch (error) {
    return { failure: error instanceof Error ? error.message : String(error) }
  }
}

async function findingsOn(version: string): Promise<Findings> {
  const outcome = await tryOn(kernels.find((kernel) => kernel.version === version)!)
  if ('missing' in outcome) assert.fail(`Debian's mirror has no Linux ${version}, which is kept up for years`)
  if ('failure' in outcome) assert.fail(outcome.failure)
  return outcome.findings
}

/** What a probe lacks there, in the words of the rule; nothing for all others. */
type Lacks = Readonly<Record<string, readonly string[]>>

const TASK_STORAGE = ['no storage for tasks (since Linux 5.11)']
const SOCKET_STORAGE = 'no storage for sockets in tracepoints (since Linux 5.11)'
const RECEIVE = 'no tracepoint sock_recv_length (since Linux 6.3)'
const SOCKET_TRACEPOINTS = ['no tracepoint sock_send_length (since Linux 6.3)', RECEIVE]
const lacking: Readonly<Record<string, Lacks>> = {
  '5.10': {
    dns: [SOCKET_STORAGE, RECEIVE],
    tcp_connection: [SOCKET_STORAGE],
    exchange: [...SOCKET_TRACEPOINTS, 'no helper for_each_map_elem (since Linux 5.13)', 'no cookies of sockets in tracepoints (since Linux 5.12)'],
    syscall_latency: TASK_STORAGE,
    run_queue_latency: TASK_STORAGE,
    block_io: ['no helper get_current_task_btf (since Linux 5.11)'],
  },
  '6.1': { dns: [RECEIVE], tcp_connection: ['no receiver in tracepoint kfree_skb (since Linux 6.11)'], exchange: SOCKET_TRACEPOINTS },
  '6.12': { exchange: ['no tracepoint tcp_sendmsg_locked (since Linux 6.16)'] },
  '6.18': {},
}

/** What isn't as it should be, in words. */
function complaintsOf(probe: ProbeFinding): string[] {
  const { state, reason, refusedAnyhow, lacks } = probe
  const complaints = [...probe.unexpected, ...probe.wrong]
  if (refusedAnyhow === '') complaints.push(`left out for ${lacks.join(', ')}, but it loads`)
  if (refusedAnyhow === undefined && state === 'refused') complaints.push(reason)
  if (lacks.length === 0 && state !== 'attached') complaints.push(`${state}: ${reason}`)
  if (lacks.length > 0 && reason === '') complaints.push('gives no reason')
  return complaints.map((complaint) => `${probe.probe}: ${complaint}`)
}

/** Said, and no more: such a kernel comes and goes with Debian's mirror, and is not what people run. */
async function report(kernel: Kernel): Promise<void> {
  const outcome = await tryOn(kernel)
  if ('missing' in outcome) console.log(`Linux ${kernel.version}: not tried, Debian's mirror has none`)
  else if ('failure' in outcome) console.log(`Linux ${kernel.version}, for information: ${outcome.failure}`)
  else console.log(`Linux ${kernel.version} (${outcome.findings.release}), for information: ${[...outcome.findings.probes.flatMap(complaintsOf), ...outcome.findings.losses].join('; ') || 'every probe is exact'}`)
}

describe('every probe attaches and is exact, but for what a kernel lacks', { concurrency: AT_ONCE }, () => {
  for (const [version, expected] of Object.entries(lacking)) {
    test(`Linux ${version}`, async () => {
      const findings = await findingsOn(version)
      assert.ok(findings.release.startsWith(`${version}.`), findings.release)
      assert.deepEqual(Object.fromEntries(findings.probes.filter(({ lacks }) => lacks.length > 0).map(({ probe, lacks }) => [probe, lacks])), expected)
      assert.deepEqual(findings.probes.flatMap(complaintsOf), [])
      assert.deepEqual(findings.losses, [])
    })
  }
  after(async () => {
    for (const kernel of kernels.filter(({ longTerm }) => !longTerm)) await report(kernel)
  })
})
