export interface Container {
  /** 64 hexadecimal digits, or the name of an LXC container. */
  readonly id: string
  readonly runtime: 'docker' | 'podman' | 'containerd' | 'cri-o' | 'lxc' | 'unknown'
}

const RUNTIMES: Readonly<Record<string, Container['runtime']>> = {
  'docker-': 'docker',
  'docker/': 'docker',
  'libpod-': 'podman',
  'libpod/': 'podman',
  'cri-containerd-': 'containerd',
  'cri-containerd:': 'containerd',
  'nerdctl-': 'containerd',
  'crio-': 'cri-o',
}

/**
 * The innermost container that a control group's path names:
 *
 *     /docker/ID                          Docker, cgroupfs      /system.slice/docker-ID.scope      Docker, systemd
 *     /machine.slice/libpod-ID.scope/…    Podman                …/cri-containerd-ID.scope          containerd
 *     /kubepods/burstable/podUID/ID       Kubernetes, cgroupfs  …:cri-containerd:ID                containerd in its unit
 *     …/crio-ID.scope                     CRI-O                 /lxc.payload.NAME/…                LXC
 *
 * The processes that hold a container (`…-conmon-ID`) are outside of it.
 */
export function containerOf(cgroup: string): Container | undefined {
  let found: Container | undefined
  for (const match of cgroup.matchAll(/(?<prefix>[a-z]+(?:-[a-z]+)*[-:/])?(?<![0-9a-f])(?<id>[0-9a-f]{64})(?![0-9a-f])/g)) {
    const { prefix = '', id } = match.groups as { prefix?: string; id: string }
    if (prefix.includes('conmon')) continue
    found = { id, runtime: RUNTIMES[prefix] ?? 'unknown' }
  }
  if (found) return found
  const lxc = /^\/(?:lxc\/|lxc\.payload\.)([^/]+)/.exec(cgroup)
  return lxc ? { id: lxc[1]!, runtime: 'lxc' } : undefined
}
