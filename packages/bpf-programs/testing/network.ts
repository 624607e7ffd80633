import { execFileSync, spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { statSync } from 'node:fs'

let made = 0

/** A network namespace of a test. */
export class Namespace {
  readonly name: string
  /** As sockets' identities have it. */
  readonly inode: number

  constructor(name: string) {
    this.name = name
    ip('netns', 'add', name)
    ip('-n', name, 'link', 'set', 'lo', 'up')
    this.inode = statSync(`/run/netns/${name}`).ino
  }

  /** Runs a command in it; what it printed. */
  run(command: string, ...args: string[]): string {
    return ip('netns', 'exec', this.name, command, ...args)
  }

  python(script: string): string {
    return this.run('/usr/bin/python3', '-c', script).trim()
  }

  /** A Python program that runs on; resolves with its first line. */
  async start(script: string): Promise<{ readonly child: ChildProcess; readonly line: string; ended(): Promise<void> }> {
    const child = spawn('ip', ['netns', 'exec', this.name, '/usr/bin/python3', '-u', '-c', script], { stdio: ['pipe', 'pipe', 'inherit'] })
    const exited = once(child, 'exit')
    const [line] = (await once(child.stdout!, 'data')) as [Buffer]
    return { child, line: line.toString().trim(), ended: async () => void (await exited) }
  }

  nft(rules: string): void {
    this.run('/usr/sbin/nft', rules)
  }

  /** A counter of /proc/net/snmp or /proc/net/netstat. */
  counter(group: string, name: string): number {
    for (const file of ['snmp', 'netstat']) {
      const lines = this.run('cat', `/proc/net/${file}`).split('\n').filter((line) => line.startsWith(`${group}:`))
      const at = lines[0]?.split(' ').indexOf(name) ?? -1
      if (at > 0) return Number(lines[1]!.split(' ')[at])
    }
    throw new Error(`no counter ${group} ${name}`)
  }

  remove(): void {
    ip('netns', 'del', this.name)
  }
}

/** Two namespaces joined by a wire: 10.213.0.1 (`near`) and 10.213.0.2 (`far`). */
export class Wire {
  readonly near: Namespace
  readonly far: Namespace

  constructor() {
    const name = `sonde-${process.pid}-${++made}`
    this.near = new Namespace(`${name}n`)
    this.far = new Namespace(`${name}f`)
    ip('link', 'add', 'v0', 'netns', this.near.name, 'type', 'veth', 'peer', 'name', 'v1', 'netns', this.far.name)
    for (const [{ name: netns }, device, address] of [[this.near, 'v0', '10.213.0.1/24'], [this.far, 'v1', '10.213.0.2/24']] as const) {
      ip('-n', netns, 'addr', 'add', address, 'dev', device)
      ip('-n', netns, 'link', 'set', device, 'up')
    }
  }

  /** Each end drops every `nth` packet that comes in, the first of all among them. */
  lose(nth: number): void {
    for (const end of [this.near, this.far]) end.nft(`add table ip t; add chain ip t i { type filter hook input priority 0; }; add rule ip t i meta l4proto tcp numgen inc mod ${nth} == 0 drop`)
  }

  remove(): void {
    this.near.remove()
    this.far.remove()
  }
}

function ip(...args: string[]): string {
  return execFileSync('ip', args, { encoding: 'utf8' })
}
