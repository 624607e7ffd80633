import type { Detection, ProcessFacts } from '../detector.ts'
import { operands, stem } from './arguments.ts'

/** Node's options that take the next argument as their value (node --help). */
const VALUED = new Set(
  '-r --require --import --loader --experimental-loader -C --conditions --env-file --title --icu-data-dir --inspect-port --redirect-warnings --max-http-header-size --watch-path'.split(' '),
)
const EVALUATED = ['-e', '--eval', '-p', '--print', '-pe', '-i', '--interactive']
/** Programs that are run by node and are tools of a person or a build. */
const TOOLS = /^(npm|npx|yarn|pnpm|corepack|turbo|tsc|eslint|prettier)(-cli)?$/
const PACKAGE_LIMIT = 256 * 1024
const LEVELS = 8

/** Node, Bun and Deno: the name of the nearest package.json, else the script's. */
export function javascript(executable: string, facts: ProcessFacts): Detection {
  const kind = executable === 'nodejs' ? 'node' : executable
  const title = facts.commandArgs[0] ?? ''
  if (overwritten(title, executable)) return titled(title, kind, facts)
  const { options, rest } = operands(facts.commandArgs.slice(1), VALUED)
  const byHand = (name: string): Detection => ({ kind, service: name, interactive: 'tool' })
  if (EVALUATED.some((option) => options.has(option))) return byHand(kind)
  const script = executable !== 'node' && executable !== 'nodejs' && rest[0] === 'run' ? operands(rest.slice(1), VALUED).rest[0] : rest[0]
  if (script === undefined) return byHand(kind)
  const tool = TOOLS.exec(stem(script))
  if (tool) return byHand(tool[1]!)
  // What a package installed (next, vite, serve) works for the package it was started in.
  const directory = script.includes('node_modules/') ? facts.workingDirectory : parent(script, facts)
  return { kind, service: packageName(directory, facts) ?? stem(script.replace(/\/?\.?$/, '') || facts.workingDirectory) }
}

/** `process.title = …` writes over the arguments: then the first is no path to node any more. */
function overwritten(title: string, executable: string): boolean {
  return title !== '' && title.slice(title.lastIndexOf('/') + 1).split(' ')[0] !== executable
}

function titled(title: string, kind: string, facts: ProcessFacts): Detection {
  const name = title.split(/[ :(]/)[0]!
  if (TOOLS.test(name)) return { kind, service: name, interactive: 'tool' }
  return { kind, service: packageName(facts.workingDirectory, facts) ?? name }
}

function parent(script: string, facts: ProcessFacts): string {
  if (script === '.' || script === './') return facts.workingDirectory
  const path = script.startsWith('/') ? script : `${facts.workingDirectory}/${script}`
  return /\.[cm]?[jt]sx?$/.test(path) ? path.slice(0, path.lastIndexOf('/')) : path
}

/** Walks up from `directory`; a package.json without a name (made to say `"type": "module"`) is passed by. */
function packageName(directory: string, facts: ProcessFacts): string | undefined {
  let folder = directory
  for (let level = 0; level < LEVELS && folder !== ''; level++) {
    const name = nameIn(facts.file(`${folder}/package.json`, PACKAGE_LIMIT))
    if (name !== undefined) return name
    folder = folder.slice(0, folder.lastIndexOf('/'))
  }
  return undefined
}

function nameIn(bytes: Buffer | undefined): string | undefined {
  if (!bytes) return undefined
  try {
    const name: unknown = JSON.parse(bytes.toString('utf8'))?.name
    return typeof name === 'string' && name !== '' ? name.slice(0, 214) : undefined
  } catch {
    return undefined // not JSON: somebody else's file, not ours to complain about
  }
}
