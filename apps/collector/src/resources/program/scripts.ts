import type { Detection, ProcessFacts } from '../detector.ts'
import { operands, stem } from './arguments.ts'

const RUBY_VALUED = new Set(['-r', '-I', '-C', '-E'])
const RUBY_SERVERS = new Set(['puma', 'unicorn', 'rails', 'rackup', 'thin', 'sidekiq'])

/** Ruby: an application server is named after the folder it serves, a script after itself. */
export function ruby(facts: ProcessFacts): Detection {
  const folder = stem(facts.workingDirectory) || undefined
  // puma and others write `puma 6.4.2 (tcp://…) [shop]` over the arguments
  const titled = /^(puma|unicorn|sidekiq)\b.*?(?:\[([\w-]+)\])?$/.exec(facts.commandArgs[0] ?? '')
  if (titled) return { kind: 'ruby', service: titled[2] ?? folder ?? titled[1] }
  const script = operands(facts.commandArgs.slice(1), RUBY_VALUED).rest[0]
  if (script === undefined) return { kind: 'ruby', service: 'ruby', interactive: 'tool' }
  return { kind: 'ruby', service: RUBY_SERVERS.has(stem(script)) ? (folder ?? stem(script)) : stem(script) }
}

/** .NET: `dotnet Shop.Web.dll` is `Shop.Web`; the SDK's own commands are tools. */
export function dotnet(facts: ProcessFacts): Detection {
  const assembly = operands(facts.commandArgs.slice(1), new Set(['--fx-version', '--roll-forward', '--depsfile', '--runtimeconfig'])).rest.find((arg) => arg.endsWith('.dll'))
  return assembly === undefined ? { kind: 'dotnet', service: 'dotnet', interactive: 'tool' } : { kind: 'dotnet', service: stem(assembly) }
}
