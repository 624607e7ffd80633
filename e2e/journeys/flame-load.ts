import { execFileSync, spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Line 3 is `seventy`, line 4 `thirty`; they share the program's time as they are called. */
const SCRIPT = `let sink = 0
function burn(parts) { for (let i = 0; i < parts * 2e6; i++) sink = (sink + i) | 0 }
function seventy() { burn(7); return sink }
function thirty() { burn(3); return sink }
function turn() { seventy(); thirty(); setImmediate(turn) }
turn()
`
const NODE_FLAGS = ['--perf-basic-prof', '--no-turbo-inlining', '--no-maglev-inlining', '--interpreted-frames-native-stack']

/** Programs that use CPUs in a way that is known, and are nice: a test goes on beside them. */
export interface FlameLoad {
  /** C, two threads: 60, 30 and 10 parts of its time in `most`, `some` and `least`. */
  readonly shares: number
  /** Node with a perf map: 70 and 30 parts in `seventy` and `thirty`. */
  readonly node: number
  readonly script: string
  /** dd from /dev/zero: the kernel's work. */
  readonly dd: number
  stop(): Promise<void>
}

export function startFlameLoad(): FlameLoad {
  const folder = mkdtempSync(join(tmpdir(), 'sonde-flame-load-'))
  const shares = join(folder, 'shares')
  const script = join(folder, 'work.cjs')
  execFileSync('gcc', ['-O2', '-fno-omit-frame-pointer', '-pthread', '-o', shares, join(import.meta.dirname, '../../apps/collector/src/symbols/testdata/shares.c')])
  writeFileSync(script, SCRIPT)
  const running: ChildProcess[] = []
  // Each becomes the next, so that the pid is the program's; it ends with us, however we do.
  const start = (command: string, ...args: string[]): number => {
    const child = spawn('setpriv', ['--pdeathsig', 'KILL', 'nice', '-n', '10', command, ...args], { stdio: 'ignore', cwd: folder })
    running.push(child)
    return child.pid!
  }
  return {
    shares: start(shares, '100000000', '2'), node: start(process.execPath, ...NODE_FLAGS, script), script, dd: start('/bin/dd', 'if=/dev/zero', 'of=/dev/null', 'bs=1M'),
    async stop() {
      for (const child of running) {
        if (child.exitCode !== null || child.signalCode !== null) continue
        child.kill('SIGKILL')
        await once(child, 'exit')
      }
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
