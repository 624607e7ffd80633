import assert from 'node:assert/strict'
import { test } from 'node:test'
import { containerOf } from './cgroup.ts'
import { containerName } from './name.ts'

const ID = '3f4a9c1e5b7d2f8063a1c4e9d8b7f6a5e4d3c2b1a0f9e8d7c6b5a49382716050'

const CASES: readonly (readonly [cgroup: string, expected: string | undefined])[] = [
  [`/docker/${ID}`, `docker ${ID}`],
  [`/system.slice/docker-${ID}.scope`, `docker ${ID}`],
  [`/machine.slice/libpod-${ID}.scope/container`, `podman ${ID}`],
  [`/machine.slice/libpod-conmon-${ID}.scope`, undefined],
  [`/user.slice/user-1000.slice/user@1000.service/user.slice/libpod-${ID}.scope`, `podman ${ID}`],
  [`/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod1a2b.slice/cri-containerd-${ID}.scope`, `containerd ${ID}`],
  [`/system.slice/containerd.service/kubepods-besteffort-pod1a2b.slice:cri-containerd:${ID}`, `containerd ${ID}`],
  [`/kubepods/burstable/pod0a1b2c3d-0000-0000-0000-000000000000/${ID}`, `unknown ${ID}`],
  [`/kubepods.slice/kubepods-pod1a2b.slice/crio-${ID}.scope`, `cri-o ${ID}`],
  [`/kubepods.slice/kubepods-pod1a2b.slice/crio-conmon-${ID}.scope`, undefined],
  [`/docker/${ID}/docker/${ID.replace('3f', 'aa')}`, `docker ${ID.replace('3f', 'aa')}`],
  ['/lxc.payload.web/system.slice/nginx.service', 'lxc web'],
  ['/lxc/web', 'lxc web'],
  ['/process_api/a48e62365ea37c3f193cef4e0597299e', undefined],
  [`/docker/${ID}00`, undefined],
  ['/', undefined],
  ['', undefined],
]

for (const [cgroup, expected] of CASES) {
  test(`${cgroup} is in ${expected ?? 'no container'}`, () => {
    const found = containerOf(cgroup)
    assert.equal(found && `${found.runtime} ${found.id}`, expected)
  })
}

function named(files: Record<string, string>, lists: Record<string, string[]> = {}): string | undefined {
  const read = (path: string) => (files[path] === undefined ? undefined : Buffer.from(files[path]))
  return containerName({ id: ID, runtime: 'unknown' }, { read, link: () => undefined, list: (path) => lists[path] })
}

test('a container has its compose service, its swarm service or its own name', () => {
  const file = `/var/lib/docker/containers/${ID}/config.v2.json`
  assert.equal(named({ [file]: '{"Name":"/shop-web-1","Config":{"Labels":{"com.docker.compose.service":"web"}}}' }), 'web')
  assert.equal(named({ [file]: '{"Name":"/quirky_euler","Config":{"Labels":{}}}' }), 'quirky_euler')
  assert.equal(named({ [file]: '{"Name":7}' }), undefined)
  assert.equal(named({ [file]: '{"Name":"/x' }), undefined)
})

test('Kubernetes and Podman name theirs', () => {
  assert.equal(named({}, { '/var/log/containers': ['other', `shop-7d9f-abc_default_web-${ID}.log`] }), 'web')
  assert.equal(named({ '/var/lib/containers/storage/overlay-containers/containers.json': `[null,{"id":"${ID}","names":["db"]}]` }), 'db')
  assert.equal(named({}), undefined)
})
