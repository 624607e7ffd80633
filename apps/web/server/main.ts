import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { changesBetween, describeChanges, type Config } from '@sonde/shared/configuration'
import { HELP, readConfig, readSettings, StartProblem, webConfigOf } from './config.ts'
import { giveWay } from './priority.ts'
import { Web } from './web.ts'

const STOP_MS = 4000
const { version } = JSON.parse(readFileSync(join(import.meta.dirname, '../package.json'), 'utf8')) as { version: string }

/** One JSON object a line: the supervisor reads them. */
const say = (line: Readonly<Record<string, unknown>>) => process.stdout.write(`${JSON.stringify(line)}\n`)
const log = (error: unknown) => process.stderr.write(`${JSON.stringify({ type: 'error', time: new Date().toISOString(), detail: error instanceof Error ? (error.stack ?? error.message) : String(error) })}\n`)

function fail(error: unknown): never {
  const problem = error instanceof StartProblem ? { what: error.message, detail: error.detail, fix: error.fix } : { what: 'The web process failed', detail: error instanceof Error ? (error.stack ?? error.message) : String(error), fix: 'this is a bug of Sonde: please report it with these lines' }
  say({ type: 'problem', ...problem })
  process.exit(1)
}

/** What SIGHUP does: keeps telemetry by what the configuration says now, and says what has to wait. */
function reloadInto(web: Web): () => void {
  const read = () => readSettings(process.argv.slice(2), process.env)
  let settings: Config = read()
  return () => {
    try {
      const next = read()
      const changes = changesBetween(settings, next).filter(({ path }) => path[0] === 'web')
      web.retain(webConfigOf(next))
      settings = next
      if (changes.length > 0) say({ type: 'notice', detail: describeChanges(changes) })
    } catch (error) {
      if (!(error instanceof StartProblem)) throw error // the collector says the same of a file that isn't understood
    }
  }
}

async function main(): Promise<void> {
  const config = readConfig(process.argv.slice(2), process.env)
  if (!config) return void process.stdout.write(`${HELP}\n`)
  giveWay()
  const web = new Web(config, { version, log, onStored: (problem) => say(problem ? { type: 'problem', ...problem } : { type: 'notice', detail: 'Telemetry is being stored again.' }) })
  let stopping = false
  const stop = () => {
    if (stopping) return
    stopping = true
    setTimeout(() => process.exit(1), STOP_MS).unref()
    web.stop().then(() => process.exit(0), fail)
  }
  process.on('SIGTERM', stop)
  process.on('SIGINT', stop)
  process.on('SIGHUP', reloadInto(web))
  try {
    await web.start()
  } catch (error) {
    if (stopping) return // what it stood on was closed under it
    throw error
  }
  if (stopping) return
  if (web.lastRun) say({ type: 'recovered', detail: web.lastRun })
  say({ type: 'ready', url: web.url, pages: web.hasPages })
}

process.on('uncaughtException', fail)
process.on('unhandledRejection', fail)
main().catch(fail)
