import type { Detector, ProcessFacts } from '../detector.ts'
import { unitOf } from '../unit.ts'

/** A rule of the configuration. All that is given must match. */
export interface ServiceRule {
  readonly name: string
  /** Regular expression on the arguments, joined by spaces. */
  readonly commandLine?: string | undefined
  /** Regular expression on the control group's path. */
  readonly cgroup?: string | undefined
  /** systemd unit, as `nginx` or `nginx.service`. */
  readonly unit?: string | undefined
  /** A port it listens on. */
  readonly port?: number | undefined
}

/** Rules of the configuration; the first that matches names the service. `portsOf` says where a process listens, as far as is known. */
export function configDetector(rules: readonly ServiceRule[], portsOf: (pid: number) => ReadonlySet<number> | undefined): Detector {
  const compiled = rules.map((rule) => ({
    ...rule,
    commandLine: rule.commandLine === undefined ? undefined : new RegExp(rule.commandLine),
    cgroup: rule.cgroup === undefined ? undefined : new RegExp(rule.cgroup),
  }))
  const matches = (rule: (typeof compiled)[number], facts: ProcessFacts): boolean =>
    (rule.commandLine === undefined || rule.commandLine.test(facts.commandArgs.join(' '))) &&
    (rule.cgroup === undefined || rule.cgroup.test(facts.cgroup)) &&
    (rule.unit === undefined || unitOf(facts.cgroup)?.replace(/\.service$/, '') === rule.unit.replace(/\.service$/, '')) &&
    (rule.port === undefined || (portsOf(facts.pid)?.has(rule.port) ?? false))
  return {
    name: 'config',
    detect(facts) {
      const rule = compiled.find((one) => matches(one, facts))
      return rule ? { service: rule.name } : undefined
    },
  }
}
