import type { Finding, ProbeFinding, Report } from './finding.ts'

/** The report as people read it. */
export function tableOf({ ok, machine, programTypes, probes }: Report): string {
  const width = Math.max(...[...machine, ...programTypes, ...probes].map(({ name }) => name.length))
  const section = (title: string, findings: readonly Finding[]) => (findings.length === 0 ? [] : [title, ...findings.flatMap((one) => linesOf(one, width)), ''])
  const refused = probes.filter(({ enabledByDefault, state }) => enabledByDefault && state !== 'ok' && state !== 'partly').map(({ name }) => name)
  return [
    ...section('This machine', machine),
    ...section('Types of programs', programTypes),
    ...section('Probes that are on by default', probes.filter(({ enabledByDefault }) => enabledByDefault)),
    ...section('Probes that are off by default', probes.filter(({ enabledByDefault }) => !enabledByDefault)),
    ok ? 'Every probe that is on by default can run here.' : `Not every probe that is on by default can run here, or could be tried: ${refused.join(', ')}.`,
  ].join('\n')
}

function linesOf(finding: Finding | ProbeFinding, width: number): string[] {
  const indent = ' '.repeat(2 + 'not checked'.length + 2)
  const more = [
    ...('verifier' in finding ? finding.verifier.map((line) => `verifier: ${line}`) : []),
    ...(finding.costs ? [`without it: ${finding.costs}`] : []),
    ...(finding.fix ? [`what to do: ${finding.fix}`] : []),
  ]
  return [`  ${finding.state.padEnd('not checked'.length)}  ${finding.name.padEnd(width)}  ${finding.found}`, ...more.map((line) => `${indent}  ${line}`)].map(printable)
}

/** What the kernel says can't draw on the terminal. */
function printable(line: string): string {
  // oxlint-disable-next-line no-control-regex -- control characters are what it takes out
  return line.replace(/[\u0000-\u001f\u007f-\u009f]/g, '\ufffd')
}
