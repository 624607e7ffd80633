import type { Observer, ProcessDescribed } from '@sonde/shared/observation'
import { configDetector, type ServiceRule } from './config/index.ts'
import { containerDetector } from './container/index.ts'
import type { Detection, Detector, Files, ProcessFacts } from './detector.ts'
import { isForgotten, STAYS_AFTER_NS, type Entry, type Instance } from './entry.ts'
import { environment } from './environment/index.ts'
import { executable } from './executable/index.ts'
import { Listening } from './listening.ts'
import { isChosen, Naming } from './naming.ts'
import { factsFromKernel, readProcess } from './process/index.ts'
import { parseCgroup } from './process/parse.ts'
import { program } from './program/index.ts'
import { systemdDetector } from './systemd/index.ts'
import { Users } from './users.ts'

const COMMAND_LINE_LIMIT = 4096
const MOST_GENERATIONS = 8

/** Puts what the detectors know of a process together, and says it when it is new. */
export class Describer {
  private detectors: readonly Detector[]
  private readonly naming = new Naming()
  private readonly listening: Listening
  private readonly users: Users
  private readonly files: Files
  private readonly emit: Observer
  private readonly ownCgroup: string
  private describing: Entry | undefined
  /** Since the rules were changed: what instances have become, so that workers stay with what they work for. */
  private successors: WeakMap<Instance, Instance> | undefined

  constructor(options: { rules: readonly ServiceRule[]; files: Files; emit: Observer }) {
    this.files = options.files
    this.emit = options.emit
    this.users = new Users(options.files)
    this.listening = new Listening(options.files)
    this.ownCgroup = parseCgroup(this.files.read('/proc/self/cgroup', 16384)?.toString('utf8') ?? '')
    this.detectors = this.detectorsFor(options.rules)
  }

  /** From now on processes are named by other rules of the configuration. */
  setRules(rules: readonly ServiceRule[]): void {
    this.detectors = this.detectorsFor(rules)
    this.successors = new WeakMap()
  }

  /** In order of precedence. */
  private detectorsFor(rules: readonly ServiceRule[]): Detector[] {
    return [
      configDetector(rules, () => new Set([...(this.describing?.ports ?? []), ...(this.describing?.instance?.ports ?? [])])),
      environment,
      containerDetector(this.ownCgroup),
      systemdDetector(this.ownCgroup),
      program,
      executable,
    ]
  }

  /** Looks at a process and says what changed since the last time. A process that is gone is told from what the kernel said. */
  describe(entry: Entry, now: number): void {
    if (isForgotten(entry, now)) return
    this.describeParents(entry, now)
    const facts = readProcess(entry, this.files)
    if (!facts && entry.startedAt === 0) return // met on a socket, and gone: its comm is all there will be
    if (!facts && entry.said && entry.said.service !== '') return
    const known = facts ?? factsFromKernel(entry, entry.said?.cgroup ?? entry.parent?.said?.cgroup ?? '')
    entry.startedAt = known.startedAt
    if (entry.netns === 0) entry.netns = Number(/\d+/.exec(this.files.link(`/proc/${entry.pid}/ns/net`) ?? '')?.[0] ?? 0)
    if (facts && entry.existing && !entry.scanned) this.scan(entry, now)
    this.describing = entry
    const detections = this.detectors.map((detector) => ({ by: detector.name, ...detector.detect(known, this.files) }))
    this.describing = undefined
    this.say(entry, known, this.join(entry, detections, known), merge(detections), now)
  }

  /**
   * Whom it works for must be known first: a server that has just become a daemon takes requests in the child of a child
   * of the process that listened, all within one reading of the rings.
   */
  private describeParents(entry: Entry, now: number): void {
    const line: Entry[] = []
    for (let parent = entry.parent; parent && !parent.said && line.length < MOST_GENERATIONS; parent = parent.parent) if (!parent.replaced) line.push(parent)
    for (const ancestor of line.reverse()) if (!ancestor.said) this.describe(ancestor, now)
  }

  /** The process ended or became another program. */
  leave(entry: Entry): void {
    const instance = entry.instance
    if (instance?.members.delete(entry) && instance.members.size === 0) this.naming.release(instance)
  }

  private scan(entry: Entry, now: number): void {
    entry.scanned = true
    const ports = this.listening.portsOf(entry.pid, now)
    if (ports.length === 0) return
    entry.ports.push(...ports)
    entry.talks = true
  }

  /** Its parent's instance if the parent is the same program: a worker. Else one of its own. Undefined: no service. */
  private join(entry: Entry, detections: readonly Named[], facts: ProcessFacts): Instance | undefined {
    const winner = winning(detections)
    if (!winner || facts.kernelThread) return undefined
    const kind = merge(detections).kind
    const fits = (one: Instance | undefined) => one?.base === winner.service && one.kind === kind && one.namedBy === winner.by
    let instance = entry.instance
    if (!fits(instance)) {
      const relative = [entry.parent?.instance, instance && this.successors?.get(instance)].find(fits)
      const made = relative ?? newInstance(winner, kind, entry.netns, detections.some((one) => one.interactive))
      if (instance) this.succeed(instance, made)
      instance = made
      if (!entry.exitedAt) {
        this.leave(entry)
        instance.members.add(entry)
      }
      entry.instance = instance
    }
    for (const port of entry.ports) instance!.ports.add(port)
    entry.ports.length = 0
    if (entry.talks) instance!.talks = true
    return instance
  }

  /** Under its new name a service listens where it did. */
  private succeed(before: Instance, after: Instance): void {
    if (!this.successors) return
    this.successors.set(before, after)
    for (const port of before.ports) after.ports.add(port)
    after.talks ||= before.talks
  }

  private say(entry: Entry, facts: ProcessFacts, instance: Instance | undefined, merged: Detection, now: number): void {
    const evident = instance !== undefined && (isChosen(instance.namedBy) || instance.talks || (!instance.byHand && !entry.exitedAt && now - entry.startedAt >= STAYS_AFTER_NS))
    const description: ProcessDescribed = {
      kind: 'process-described',
      at: now,
      pid: entry.pid,
      startedAt: entry.startedAt,
      service: evident ? this.naming.nameOf(instance) : '',
      serviceKind: merged.kind ?? '',
      namedBy: evident ? instance.namedBy : '',
      comm: facts.comm,
      commandLine: facts.commandArgs.join(' ').slice(0, COMMAND_LINE_LIMIT),
      user: this.users.name(facts.uid, now),
      container: merged.container ?? '',
      unit: merged.unit ?? '',
      cgroup: facts.cgroup,
    }
    entry.parent = undefined
    if (!entry.said || !same(entry.said, description)) this.emit((entry.said = description))
    if (evident && instance.saidName !== description.service) this.spread(instance, entry, now)
  }

  /** Workers have the name of what they work for, also when that is found out after they were looked at. */
  private spread(instance: Instance, from: Entry, now: number): void {
    const { service, namedBy } = from.said!
    instance.saidName = service
    for (const member of instance.members) {
      if (member === from || !member.said || member.said.service === service) continue
      this.emit((member.said = { ...member.said, at: now, service, namedBy }))
    }
  }
}

type Named = Detection & { readonly by: Detector['name'] }

/** The first detector that gives a name; a shell's executable isn't one. */
function winning(detections: readonly Named[]): (Named & { service: string }) | undefined {
  const shell = detections.some((one) => one.interactive === 'shell')
  const winner = detections.find((one) => one.service && !(shell && one.by === 'executable'))
  return winner as (Named & { service: string }) | undefined
}

/** What each field's first knower says. */
function merge(detections: readonly Named[]): Detection {
  const first = <K extends keyof Detection>(key: K) => detections.find((one) => one[key] !== undefined)?.[key]
  return { kind: first('kind'), container: first('container'), unit: first('unit') }
}

function newInstance(winner: Named & { service: string }, kind: string | undefined, netns: number, byHand: boolean): Instance {
  return {
    base: winner.service, kind: kind ?? '', namedBy: winner.by, defaultPorts: winner.defaultPorts, netns, byHand,
    ports: new Set(), members: new Set(), talks: false, name: undefined, saidName: undefined, settled: false,
  }
}

function same(a: ProcessDescribed, b: ProcessDescribed): boolean {
  return Object.keys(a).every((key) => key === 'at' || a[key as keyof ProcessDescribed] === b[key as keyof ProcessDescribed])
}
