import type { Detector } from '../detector.ts'
import { unitOf } from '../unit.ts'

/** systemd's units by their control group. The unit in which Sonde itself runs names nothing: a test's runner starts everything there. */
export function systemdDetector(ownCgroup: string): Detector {
  const own = unitOf(ownCgroup)
  return {
    name: 'unit',
    detect(facts) {
      const unit = unitOf(facts.cgroup)
      if (unit === undefined) return undefined
      return { unit, service: unit === own ? undefined : serviceOf(unit) }
    },
  }
}

/** A unit's service name; undefined for what systemd makes up: sessions, a user's manager, transient units, a container's scope. */
export function serviceOf(unit: string): string | undefined {
  if (!unit.endsWith('.service')) return undefined
  const name = unit.slice(0, -'.service'.length)
  return /^(user@\d+|user-runtime-dir@.*|run-[ru0-9].*|getty@.*|serial-getty@.*|app-.*@.*)$/.test(name) ? undefined : name
}
