import type { Instance } from './entry.ts'

/** Names that somebody chose for this very service; two processes that have one are the same service. */
export function isChosen(namedBy: string): boolean {
  return namedBy === 'config' || namedBy === 'environment' || namedBy === 'container' || namedBy === 'unit'
}

/**
 * Gives instances their names (docs/decisions/0010-service-names.md). A name that was given with the ports known is
 * kept for life, whatever comes and goes beside it.
 */
export class Naming {
  private readonly named = new Map<string, Set<Instance>>()

  /** The instance's name; gives it one first if it has none, or had one before its ports were known. */
  nameOf(instance: Instance): string {
    if (instance.name === undefined || (!instance.settled && instance.ports.size > 0)) {
      this.release(instance)
      instance.name = this.choose(instance)
      instance.settled = instance.ports.size > 0
    }
    this.register(instance, instance.name)
    return instance.name
  }

  private register(instance: Instance, name: string): void {
    if (instance.members.size === 0) return // it has ended already
    const sharers = this.named.get(name)
    if (sharers) sharers.add(instance)
    else this.named.set(name, new Set([instance]))
  }

  /** The last of its processes has ended. */
  release(instance: Instance): void {
    if (instance.name === undefined) return
    const sharers = this.named.get(instance.name)
    sharers?.delete(instance)
    if (sharers?.size === 0) this.named.delete(instance.name)
  }

  private choose(instance: Instance): string {
    if (isChosen(instance.namedBy)) return instance.base
    const plain = namedByPort(instance) ? withPort(instance) : instance.base
    const ported = withPort(instance)
    const candidates = [plain, ...(this.differsByPort(plain, instance) ? [ported] : []), `${plain} (netns ${instance.netns})`]
    return candidates.find((name) => !this.isTaken(name, instance)) ?? ported
  }

  /** Whether the name belongs to a server that is not this one: both listen, and not at the same place. */
  private isTaken(name: string, instance: Instance): boolean {
    return this.holders(name, instance).some((other) => isElsewhere(other, instance) || other.ports.isDisjointFrom(instance.ports))
  }

  /** Whether a port tells it from those that have the name. */
  private differsByPort(name: string, instance: Instance): boolean {
    return this.holders(name, instance).every((other) => other.ports.isDisjointFrom(instance.ports))
  }

  /** Servers of that name; none for who doesn't listen and so is no other server. */
  private holders(name: string, instance: Instance): Instance[] {
    return instance.ports.size === 0 ? [] : [...(this.named.get(name) ?? [])].filter((other) => other.ports.size > 0)
  }
}

function isElsewhere(a: Instance, b: Instance): boolean {
  return a.netns !== b.netns && a.netns !== 0 && b.netns !== 0
}

/** A server known by its product says its port at once, unless it is where the product listens by default. */
function namedByPort(instance: Instance): boolean {
  return instance.defaultPorts !== undefined && instance.ports.size > 0 && !instance.defaultPorts.some((port) => instance.ports.has(port))
}

function withPort(instance: Instance): string {
  return instance.ports.size === 0 ? instance.base : `${instance.base} :${Math.min(...instance.ports)}`
}
