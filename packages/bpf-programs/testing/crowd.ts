import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const WITHIN_MS = 60_000

/** Opens connections to itself when a file says so, holds them, and closes some or all of them when others do. */
const PROGRAM = `
import os, socket, sys, time
folder, count, left = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
s = socket.socket(); s.bind(('127.0.0.1', 0)); s.listen(64)
ends = []
def wait(step):
  while not os.path.exists(folder + '/' + step): time.sleep(0.005)
def did(step): open(folder + '/' + step, 'w').close()
print(s.getsockname()[1], flush=True)
wait('open')
for i in range(count):
  c = socket.create_connection(s.getsockname()); ends += [c, s.accept()[0]]
did('opened')
wait('close')
for end in ends[:2 * (count - left)]: end.close()
did('closed')
wait('end')`

/**
 * A program with many connections, both ends of each its own. What it is told to do is done while nobody here reads any ring
 * buffer: the event loop is held up until then.
 */
export class Crowd {
  readonly child: ChildProcess
  readonly port: number
  private readonly folder: string

  private constructor(child: ChildProcess, port: number, folder: string) {
    this.child = child
    this.port = port
    this.folder = folder
  }

  /** `left` of `count` connections stay open when it closes them. */
  static async start(count: number, left = 0): Promise<Crowd> {
    const folder = mkdtempSync(join(tmpdir(), 'sonde-crowd-'))
    const child = spawn('/usr/bin/python3', ['-c', PROGRAM, folder, String(count), String(left)], { stdio: ['ignore', 'pipe', 'inherit'] })
    const [line] = (await once(child.stdout, 'data')) as [Buffer]
    return new Crowd(child, Number(line.toString()), folder)
  }

  open(): void {
    this.tell('open', 'opened')
  }

  close(): void {
    this.tell('close', 'closed')
  }

  async end(): Promise<void> {
    const ended = once(this.child, 'exit')
    this.child.kill('SIGKILL')
    await ended
    rmSync(this.folder, { recursive: true })
  }

  private tell(step: string, done: string): void {
    writeFileSync(join(this.folder, step), '')
    for (const until = Date.now() + WITHIN_MS; !existsSync(join(this.folder, done)); ) {
      if (Date.now() > until) throw new Error(`the crowd did not ${step}`)
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5)
    }
  }
}
