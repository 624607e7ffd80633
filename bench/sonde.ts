import { spawn, type ChildProcess } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ended } from './load.ts'

const root = new URL('..', import.meta.url).pathname

/** Sonde as a person runs it, on its own port and data directory. */
export interface RunningSonde {
  readonly url: string
  readonly pids: { readonly collector: number; readonly web: number }
  stop(): Promise<void>
}

/** `npm start` without the set-up; resolves when it says that it is ready. */
export async function startSonde(port = 17663): Promise<RunningSonde> {
  const dataDirectory = mkdtempSync(join(tmpdir(), 'sonde-bench-data-'))
  const child = spawn('node', [join(root, 'scripts/start.mjs'), '--no-install', '--port', String(port), '--data-dir', dataDirectory], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  await saysReady(child)
  const tree = descendants(child.pid!)
  const find = (part: string) => tree.find((pid) => commandLine(pid).includes(part)) ?? 0
  return {
    url: `http://127.0.0.1:${port}`,
    pids: { collector: find('apps/collector/src/main.ts'), web: find('apps/web/server/main.ts') },
    stop: () => ended(child).finally(() => rmSync(dataDirectory, { recursive: true, force: true })),
  }
}

function saysReady(child: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    let text = ''
    const read = (bytes: Buffer) => {
      text += bytes.toString()
      if (text.includes('Sonde is ready')) resolve()
    }
    child.stdout!.on('data', read)
    child.stderr!.on('data', read)
    child.once('exit', (code) => reject(new Error(`Sonde ended with ${code}:\n${text}`)))
  })
}

function commandLine(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'latin1').replaceAll('\0', ' ')
  } catch {
    return ''
  }
}

function descendants(ancestor: number): number[] {
  const parents = new Map<number, number>()
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue
    try {
      parents.set(Number(name), Number(readFileSync(`/proc/${name}/stat`, 'latin1').replace(/^.*\) /, '').split(' ')[1]))
    } catch {
      // it ended meanwhile
    }
  }
  const within = (pid: number): boolean => pid === ancestor || (parents.has(pid) && pid > 1 && within(parents.get(pid)!))
  return [...parents.keys()].filter(within)
}
