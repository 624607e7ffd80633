// node main.ts [--json]: what this machine lets Sonde watch; status 0 only if every probe that is on by default can run.
import type { Finding, ProbeFinding, Report } from './finding.ts'
import { here } from './here.ts'
import { examineMachine, hasTypes, neededToLoad, type Machine } from './machine.ts'
import { tableOf } from './table.ts'

async function examine(machine: Machine): Promise<Report> {
  const { probes, programTypes } = await examineKernel(machine)
  return { ok: probes.every(({ enabledByDefault, state }) => !enabledByDefault || state === 'ok' || state === 'partly'), machine: examineMachine(machine), programTypes, probes }
}

/** The binding is loaded only where it can do something. */
async function examineKernel(machine: Machine): Promise<{ probes: ProbeFinding[]; programTypes: Finding[] }> {
  const { examineProbes, untriedProbes } = await import('./probes.ts').catch(notBuilt)
  if (!hasTypes(machine)) return { probes: untriedProbes('needs type information of the kernel'), programTypes: [] }
  if (neededToLoad(machine).length > 0) return { probes: untriedProbes('needs CAP_BPF and CAP_PERFMON: run the doctor as root'), programTypes: [] }
  return examineProbes()
}

function notBuilt(error: unknown): never {
  const { code, message } = error as NodeJS.ErrnoException
  if (code !== 'MODULE_NOT_FOUND' && code !== 'ERR_DLOPEN_FAILED') throw error
  console.error(`The libbpf binding cannot be loaded: ${message.split('\n')[0]}\n  What to do: npm run build`)
  process.exit(1)
}

const report = await examine(here)
console.log(process.argv.includes('--json') ? JSON.stringify(report, null, 2) : tableOf(report))
process.exitCode = report.ok ? 0 : 1
