import type { Detection, ProcessFacts } from '../detector.ts'
import { operands, optionValue, stem } from './arguments.ts'

const VALUED = new Set(['-W', '-X', '--check-hash-based-pycs'])
const ENDING = new Set(['-m', '-c'])
/** Servers that load an application named `module:object`. */
const APPLICATION_SERVERS = new Set(['gunicorn', 'uvicorn', 'hypercorn', 'daphne', 'waitress-serve', 'granian', 'uwsgi'])
const TOOLS = new Set(['pip', 'pip3', 'pytest', 'unittest', 'venv', 'ensurepip', 'pdb', 'compileall', 'timeit', 'ipython', 'networkd-dispatcher'])

/** Python: `-m module`, the application of an application server, or the script. */
export function python(facts: ProcessFacts): Detection {
  const title = /^gunicorn: \w+ \[(.*)\]/.exec(facts.commandArgs[0] ?? '')
  if (title) return { kind: 'python', service: application(title[1]!) }
  const { options, rest } = operands(facts.commandArgs.slice(1), VALUED, ENDING)
  if (options.has('-c') || rest.length === 0) return { kind: 'python', service: 'python', interactive: 'tool' }
  const module = options.get('-m')
  const name = module ?? stem(rest[0]!)
  if (TOOLS.has(name)) return { kind: 'python', service: name, interactive: 'tool' }
  if (name === 'http.server') return { kind: 'python', service: name, defaultPorts: [8000] }
  return { kind: 'python', service: served(name, rest.slice(1)) ?? framework(name, rest, facts) ?? name }
}

/** What an application server serves: `--name`, else the first `module:object`. */
function served(server: string, args: readonly string[]): string | undefined {
  if (!APPLICATION_SERVERS.has(server)) return undefined
  const given = server === 'gunicorn' ? optionValue(args, '--name', '-n') : undefined
  const target = args.find((arg) => /^[A-Za-z_][\w.]*(:[\w.()]+)?$/.test(arg) && arg.includes(':')) ?? args.findLast((arg) => /^[A-Za-z_][\w.]*$/.test(arg))
  return given ?? (target === undefined ? undefined : application(target))
}

/** `shop` of `shop.wsgi:application`, `app` of `app:app`. */
function application(target: string): string {
  return target.split(':')[0]!.replace(/\.(wsgi|asgi|main|app)$/, '') || target
}

function framework(name: string, rest: readonly string[], facts: ProcessFacts): string | undefined {
  if (name === 'celery') return optionValue(rest, '-A', '--app')
  if (name === 'flask') return application(optionValue(rest, '--app', '-A') ?? facts.variable('FLASK_APP') ?? '') || undefined
  // Django's manage.py lies in the project's folder.
  if (name === 'manage') return folderOf(rest[0]!, facts.workingDirectory)
  return undefined
}

function folderOf(script: string, workingDirectory: string): string | undefined {
  const path = script.startsWith('/') ? script : `${workingDirectory}/${script}`
  return path.split('/').at(-2) || undefined
}
