import type { Files } from '../detector.ts'
import type { Container } from './cgroup.ts'

const CONFIG_LIMIT = 1 << 20
const NAMES_LIMIT = 4096

/** What people call the container: its compose service, its Kubernetes container, its name. Undefined if nothing here knows it. */
export function containerName(container: Container, files: Files): string | undefined {
  return dockerName(container.id, files) ?? kubernetesName(container.id, files) ?? podmanName(container.id, files)
}

/** Docker keeps a container's settings in `config.v2.json`. Replicas of one compose service are one service. */
function dockerName(id: string, files: Files): string | undefined {
  const settings = parseJson(files.read(`/var/lib/docker/containers/${id}/config.v2.json`, CONFIG_LIMIT)) as
    | { Name?: unknown; Config?: { Labels?: Record<string, unknown> } }
    | undefined
  const labels = settings?.Config?.Labels
  const name = labels?.['com.docker.compose.service'] ?? labels?.['com.docker.swarm.service.name'] ?? settings?.Name
  return typeof name === 'string' && name !== '' ? name.replace(/^\//, '') : undefined
}

/** The kubelet links `/var/log/containers/POD_NAMESPACE_CONTAINER-ID.log`, whatever the runtime. */
function kubernetesName(id: string, files: Files): string | undefined {
  const link = files.list('/var/log/containers', NAMES_LIMIT)?.find((name) => name.endsWith(`-${id}.log`))
  return link?.slice(0, -id.length - 5).split('_')[2]
}

/** Podman lists its containers in one file per storage. */
function podmanName(id: string, files: Files): string | undefined {
  const list = parseJson(files.read('/var/lib/containers/storage/overlay-containers/containers.json', CONFIG_LIMIT))
  if (!Array.isArray(list)) return undefined
  const name: unknown = list.find((one: { id?: unknown }) => one?.id === id)?.names?.[0]
  return typeof name === 'string' ? name : undefined
}

/** Undefined if it isn't JSON: other programs' files are read while they are being written. */
function parseJson(bytes: Buffer | undefined): unknown {
  if (!bytes) return undefined
  try {
    return JSON.parse(bytes.toString('utf8'))
  } catch {
    return undefined
  }
}
