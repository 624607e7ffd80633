import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { CgroupUsed, DeviceUsed, HostUsed, Observation } from '@sonde/shared/observation'
import { Losses } from '../../health/losses.ts'
import type { Files } from '../detector.ts'
import { HostUsage } from './index.ts'
import { numberAfter, parseDiskstats, parseLoad, parseMeminfo, parseNetDev, parsePressure, parseStat } from './parse.ts'

const STAT = `cpu  100 20 30 4000 50 6 7 8 9 0
cpu0 50 10 15 2000 25 3 3 4 4 0
cpu1 50 10 15 2000 25 3 4 4 5 0
intr 12345 0 1
ctxt 777
btime 1795000000
processes 42
procs_running 3
`
const NET = `Inter-|   Receive                                                |  Transmit
 face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed
    lo:    1000      10    0    0    0     0          0         0     1000      10    0    0    0     0       0          0
  eth0: 5000 50 1 2 0 0 0 0 600 6 3 4 0 0 0 0
`
const DISKS = `   8       0 sda 10 1 80 5 20 2 160 15 0 12 20 0 0 0 0 0 0
   8       1 sda1 10 1 80 5 20 2 160 15 0 12 20
`

test('/proc is read as the kernel writes it', () => {
  assert.deepEqual(parseStat(STAT), { userNs: 1.2e9, systemNs: 0.3e9, interruptNs: 0.13e9, stealNs: 0.08e9, ioWaitNs: 0.5e9, idleNs: 40e9, cpus: 2, contextSwitches: 777, forks: 42 })
  assert.deepEqual(parseMeminfo('MemTotal:       1000 kB\nMemFree: 10 kB\nMemAvailable:    600 kB\nBuffers: 5 kB\nCached:            100 kB\nSwapCached: 1 kB\nSwapTotal: 50 kB\nSwapFree: 20 kB\n'),
    { memoryTotalBytes: 1_024_000, memoryAvailableBytes: 614_400, memoryCachedBytes: 107_520, swapTotalBytes: 51_200, swapUsedBytes: 30_720 })
  assert.deepEqual(parsePressure('some avg10=1.33 avg60=1.19 avg300=1.48 total=78654393\nfull avg10=0.18 avg60=0.07 avg300=0.02 total=19796543\n'), { someNs: 78_654_393_000, fullNs: 19_796_543_000 })
  assert.deepEqual(parseLoad('7.09 6.72 5.45 11/512 12311\n'), { load1: 7.09, load5: 6.72, load15: 5.45, runnable: 11, threads: 512 })
  assert.deepEqual([...parseDiskstats(DISKS)], [
    ['sda', { reads: 10, writes: 20, readBytes: 40_960, writtenBytes: 81_920, busyNs: 12e6, waitNs: 20e6, errors: 0, drops: 0 }],
    ['sda1', { reads: 10, writes: 20, readBytes: 40_960, writtenBytes: 81_920, busyNs: 12e6, waitNs: 20e6, errors: 0, drops: 0 }],
  ])
  assert.deepEqual(parseNetDev(NET).get('eth0'), { readBytes: 5000, reads: 50, writtenBytes: 600, writes: 6, busyNs: 0, waitNs: 0, errors: 4, drops: 6 })
  assert.deepEqual(['a 1\nb 22\n', 'b 22', 'ab 3\n', ''].map((text) => numberAfter(text, 'b')), [22, 22, 0, 0])
})

test('what isn’t there is 0, and noise is no exception', () => {
  for (const text of ['', '\n', 'cpu', 'cpu x y z', '\0\0\0', ':::', 'some total=x', 'a'.repeat(10_000)]) {
    assert.equal(parseStat(text).cpus, 0)
    assert.equal(parseMeminfo(text).memoryTotalBytes, 0)
    assert.equal(parsePressure(text).someNs, 0)
    assert.equal(parseLoad(text).threads, 0)
    assert.equal(parseDiskstats(text).size, 0)
  }
})

/** A host of files, which a test changes between two seconds. */
function host(files: Record<string, string>) {
  const seen: Observation[] = []
  const reader: Files = {
    read: (path) => (files[path] === undefined ? undefined : Buffer.from(files[path])),
    link: () => undefined,
    list(path) {
      const names = new Set(Object.keys(files).filter((file) => file.startsWith(`${path}/`)).map((file) => file.slice(path.length + 1).split('/')[0]!))
      return names.size > 0 ? [...names] : undefined
    },
  }
  const losses = new Losses()
  const usage = new HostUsage(reader, (o) => seen.push({ ...o } as Observation), losses)
  const lost = () => [...losses.all()].map(({ where, count }) => [where, count])
  return { usage, lost, of: <K extends Observation['kind']>(kind: K) => seen.filter((o): o is Extract<Observation, { kind: K }> => o.kind === kind) }
}

test('the second reading tells what was used since the first', () => {
  const files: Record<string, string> = { '/proc/stat': STAT, '/proc/net/dev': NET, '/proc/diskstats': DISKS, '/sys/block/sda/size': '1', '/proc/pressure/io': 'some avg10=0 total=1000\nfull avg10=0 total=10\n' }
  const { usage, of } = host(files)
  usage.tick(5e9)
  files['/proc/stat'] = STAT.replace('cpu  100', 'cpu  150').replace('ctxt 777', 'ctxt 1000')
  files['/proc/net/dev'] = NET.replace('5000 50', '6000 60')
  files['/proc/diskstats'] = DISKS.replaceAll('20 2 160 15 0 12 20', '24 2 320 25 0 22 30')
  files['/proc/pressure/io'] = 'some avg10=0 total=51000\nfull avg10=0 total=10\n'
  usage.tick(5.5e9)
  usage.tick(6e9)
  const [used, ...none] = of('host-used') as HostUsed[]
  assert.deepEqual([none, used!.at, used!.intervalNs, used!.userNs, used!.systemNs, used!.contextSwitches, used!.ioSomeNs, used!.cpus], [[], 6e9, 1e9, 0.5e9, 0, 223, 50e6, 2])
  const devices = of('device-used') as DeviceUsed[]
  assert.deepEqual(devices.map(({ device, name, readBytes, writtenBytes, reads, writes, busyNs }) => [device, name, readBytes, writtenBytes, reads, writes, busyNs]), [
    ['disk', 'sda', 0, 81_920, 0, 4, 10e6], ['network', 'eth0', 1000, 0, 10, 0, 0],
  ])
})

test('control groups are read in turns, with throttling and memory where there is some', () => {
  const root = '/sys/fs/cgroup'
  const files: Record<string, string> = { '/proc/mounts': `x /a ext4 rw 0 0\ncgroup2 ${root} cgroup2 rw 0 0\n` }
  for (let i = 0; i < 7; i++) files[`${root}/app.slice/a${i}.service/cpu.stat`] = 'usage_usec 1000\nnr_periods 5\nnr_throttled 1\nthrottled_usec 100\n'
  Object.assign(files, { [`${root}/app.slice/a3.service/memory.current`]: '4096\n', [`${root}/app.slice/a3.service/memory.max`]: '8192\n', [`${root}/app.slice/a4.service/memory.max`]: 'max\n' })
  const { usage, of } = host(files)
  for (let second = 1; second <= 5; second++) usage.tick(second * 1e9)
  for (const path of Object.keys(files)) if (path.endsWith('cpu.stat')) files[path] = 'usage_usec 501000\nnr_periods 55\nnr_throttled 11\nthrottled_usec 20100\n'
  files[`${root}/app.slice/a5.service/cpu.stat`] = 'usage_usec 1000\nnr_periods 5\nnr_throttled 1\nthrottled_usec 100\n'
  for (let second = 6; second <= 10; second++) usage.tick(second * 1e9)
  const used = of('cgroup-used') as CgroupUsed[]
  assert.deepEqual(used.map(({ cgroup }) => cgroup).sort(), [0, 1, 2, 3, 4, 6].map((i) => `/app.slice/a${i}.service`))
  const { kind: _, at: __, ...third } = used.find(({ cgroup }) => cgroup.endsWith('a3.service'))!
  assert.deepEqual(third, { intervalNs: 5e9, cgroup: '/app.slice/a3.service', cpuNs: 5e8, throttledNs: 2e7, throttledPeriods: 10, periods: 50, memoryBytes: 4096, memoryLimitBytes: 8192, oomKills: 0, cpuSomeNs: 0, memorySomeNs: 0, ioSomeNs: 0 })
  assert.deepEqual(used.filter(({ cgroup }) => cgroup.endsWith('a4.service')).map(({ memoryBytes, memoryLimitBytes }) => [memoryBytes, memoryLimitBytes]), [[-1, -1]])
})

test('more control groups and devices than are told are counted', () => {
  const files: Record<string, string> = { '/proc/mounts': 'cgroup2 /sys/fs/cgroup cgroup2 rw 0 0\n', '/proc/net/dev': 'Inter-|\n face |\n' }
  for (let n = 0; n < 20; n++) for (let m = 0; m < 30; m++) files[`/sys/fs/cgroup/a${n}/b${m}/cpu.stat`] = 'usage_usec 1\n'
  const interfaces = (bytes: number) => Array.from({ length: 260 }, (_, n) => `veth${n}: ${bytes} 1 0 0 0 0 0 0 0 0 0 0 0 0 0 0\n`.replace(' 1 ', ` ${bytes} `)).join('')
  const { usage, lost, of } = host(files)
  files['/proc/net/dev'] += interfaces(1)
  usage.tick(1e9)
  files['/proc/net/dev'] = `Inter-|\n face |\n${interfaces(2)}`
  usage.tick(2e9)
  assert.equal(of('device-used').length, 256)
  assert.deepEqual(usage.bound, [512, 512])
  assert.deepEqual(lost(), [['resources.cgroups', 20 + 600 - 512], ['resources.devices', 4]])
})
