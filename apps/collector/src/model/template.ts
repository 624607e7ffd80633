import { BoundedMap } from '../health/bounded-map.ts'
import type { Losses } from '../health/losses.ts'
import { EMPTY_LABEL, Label } from '../protocols/protocol.ts'
import { Recent } from '../protocols/recent.ts'

const MAX_LEARNERS = 1_024
/** More different segments than this in one place are values, not names. */
export const MAX_SIBLINGS = 64
const MAX_NODES = 2_048
const MAX_SEGMENTS = 12
const MAX_TEMPLATES = 8_192

/**
 * Guesses templates of paths: segments that look like ids become `{id}` at once; a place where a service showed more than
 * MAX_SIBLINGS different segments becomes `{*}`. Learned by service, at the serving end's name, so that both ends agree.
 */
export class Templates {
  /** Grows when templates given before may be outdated. */
  private version = 0
  private readonly learners: BoundedMap<Label, Learner>
  private readonly losses: Losses

  constructor(losses: Losses) {
    this.losses = losses
    this.learners = new BoundedMap({ capacity: MAX_LEARNERS, onEvict: () => losses.count('model.templates', 'evicted', 'templates') })
  }

  /** Services whose paths are learned, now and at most. */
  get bound(): readonly [number, number] {
    return [this.learners.size, this.learners.capacity]
  }

  /** The template of a path of the service; '' of ''. */
  of(service: Label, path: Label): Label {
    // One path is mostly asked of one service: its label remembers the answer until something more is learned anywhere.
    if (path.derivedFor === service && path.derivedVersion === this.version) return path.derived!
    if (path === EMPTY_LABEL) return path
    let learner = this.learners.get(service)
    if (!learner) this.learners.set(service, (learner = new Learner(() => this.losses.count('model.templates', 'more places than are learned from', 'templates'))))
    const collapsed = learner.collapsed
    const template = learner.of(path.text)
    if (learner.collapsed !== collapsed) this.version++
    path.derivedFor = service
    path.derivedVersion = this.version
    path.derived = template
    return template
  }
}

class Node {
  readonly children = new Map<string, Node>()
  /** Any segment may stand here; `children` then has no entries but `{*}` and `{id}`. */
  any = false
}

class Learner {
  /** Places that were found to hold values. */
  collapsed = 0
  private readonly root = new Node()
  private nodes = 0
  private readonly labels = new Recent<Label>(MAX_TEMPLATES)
  private readonly onFull: () => void

  constructor(onFull: () => void) {
    this.onFull = onFull
  }

  of(path: string): Label {
    const segments = path.split('/', MAX_SEGMENTS + 1)
    let node: Node | undefined = this.root
    for (let i = 1; i < segments.length; i++) {
      if (i === MAX_SEGMENTS) {
        segments.length = MAX_SEGMENTS
        segments.push('{*}')
        break
      }
      const segment = segments[i]!
      if (segment === '') continue
      if (looksLikeId(segment)) segments[i] = '{id}'
      else if (node && this.holdsValues(node, segment)) segments[i] = '{*}'
      node = node && this.child(node, segments[i]!)
    }
    return this.label(segments.join('/'))
  }

  /** True if segments at this place are values; found out when there is one too many. */
  private holdsValues(node: Node, segment: string): boolean {
    if (node.any || node.children.has(segment)) return node.any
    if (node.children.size >= MAX_SIBLINGS) this.collapse(node)
    return node.any
  }

  /** The place behind a segment; undefined when there is no more room. */
  private child(node: Node, segment: string): Node | undefined {
    let child = node.children.get(segment)
    if (child) return child
    if (this.nodes >= MAX_NODES) {
      this.onFull()
      return undefined
    }
    this.nodes++
    node.children.set(segment, (child = new Node()))
    return child
  }

  private collapse(node: Node): void {
    for (const [segment, child] of node.children) {
      if (segment === '{id}') continue
      this.nodes -= size(child)
      node.children.delete(segment)
    }
    node.any = true
    this.collapsed++
  }

  private label(text: string): Label {
    let label = this.labels.get(text)
    if (!label) this.labels.set(text, (label = new Label(text)))
    return label
  }
}

function size(node: Node): number {
  let nodes = 1
  for (const child of node.children.values()) nodes += size(child)
  return nodes
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i
const NUMBER = /^[0-9]+$/
const HEX = /^(?=.*[0-9])[0-9a-f]{8,}$/i
const LONG_MIXED = /^(?=.*[0-9])(?=.*[A-Za-z])[A-Za-z0-9_~-]{20,}$/

/** Numbers, UUIDs, 8 or more hex digits (one of them a digit), 20 or more letters and digits mixed. */
function looksLikeId(segment: string): boolean {
  return NUMBER.test(segment) || UUID.test(segment) || HEX.test(segment) || LONG_MIXED.test(segment)
}
