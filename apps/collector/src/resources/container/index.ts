import type { Detection, Detector, Files } from '../detector.ts'
import { containerOf } from './cgroup.ts'
import { containerName } from './name.ts'

/** Containers by their control group; the name from the runtime's own files. In one without a known name, the program names the service. */
export function containerDetector(ownCgroup: string): Detector {
  const own = containerOf(ownCgroup)?.id
  return {
    name: 'container',
    detect(facts, files): Detection | undefined {
      const container = containerOf(facts.cgroup)
      // What Sonde shares its container with is not all one service: a development machine, a test's runner.
      if (!container || container.id === own) return undefined
      return { container: container.id.slice(0, 12), service: nameOf(container, files) }
    },
  }
}

function nameOf(container: NonNullable<ReturnType<typeof containerOf>>, files: Files): string | undefined {
  return container.runtime === 'lxc' ? container.id : containerName(container, files)
}
