import assert from 'node:assert/strict'
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { failing, mounted, runCommand } from './test-command.ts'

const PORT = 27_421
const folder = mkdtempSync(join(tmpdir(), 'sonde-start-'))
chmodSync(folder, 0o755) // the web process, which is another user, reads the configuration there
after(() => rmSync(folder, { recursive: true }))
const line = (port: number, directory = 'data') => ['--port', String(port), '--data-dir', join(folder, directory)]

test('no root: what to do, and what there is without', async () => {
  const within = ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups', '--inh-caps=+dac_read_search', '--ambient-caps=+dac_read_search', '--']
  assert.equal(
    await failing('start', line(PORT), { within }),
    'Watching the kernel takes root, and this is an ordinary user.\n  What to do: run `sudo npm start`, or see Sonde without any privileges: `npm run demo` replays a recording',
  )
})

test('root without the right to load programs, as in a container', async () => {
  assert.equal(
    await failing('start', line(PORT), { within: ['setpriv', '--bounding-set=-bpf', '--inh-caps=-all', '--'] }),
    'This root may not load programs into the kernel: CAP_BPF is missing.\n  What to do: run on the host, or start the container with --cap-add BPF',
  )
})

test('no BTF', async () => {
  const said = await failing('start', line(PORT), { within: mounted('mount -t tmpfs none /sys/kernel/btf') })
  assert.match(said, /^This kernel does not describe its types \(\/sys\/kernel\/btf\/vmlinux is missing\), so programs cannot be fitted to it\.\n {2}What to do: boot a kernel built with CONFIG_DEBUG_INFO_BTF=y/)
})

test('a port in use', async () => {
  const server = createServer((socket) => socket.destroy()).listen(PORT, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  try {
    assert.equal(
      await failing('start', line(PORT)),
      `Port ${PORT} is in use: another program listens there.\n  What to do: stop it, or choose another port: npm start -- --port ${PORT + 10}`,
    )
  } finally {
    server.close()
  }
})

test('a full disk', async () => {
  const disk = join(folder, 'disk')
  mkdirSync(disk)
  assert.match(
    await failing('start', ['--port', String(PORT), '--data-dir', join(disk, 'data')], { within: mounted(`mount -t tmpfs -o size=1m none '${disk}'`) }),
    /^The disk under \S+\/disk has 0\.0 GiB free; what is recorded needs 0\.25 GiB\.\n {2}What to do: free some space, or give another place with --data-dir$/,
  )
})

test('a configuration that is not understood: every mistake, before anything is started', async () => {
  const file = join(folder, 'wrong.yaml')
  writeFileSync(file, 'dataDri: /x\nprobes:\n  exchagne: { enabled: off }\n')
  assert.equal(
    await failing('start', [...line(PORT), '--config', file]),
    [
      `The configuration is not understood: ${file}:1: dataDri: there is no such setting.`,
      `Also: ${file}:3: probes.exchagne: there is no such probe (did you mean probes.exchange?).`,
      '  What to do: did you mean dataDir?',
    ].join('\n'),
  )
  assert.match(await failing('start', [...line(PORT), '--prot', '80']), /^The configuration is not understood: Unknown option '--prot'\.\n {2}What to do: /)
})

test('a probe that is refused costs that probe; a second Sonde is told so; SIGHUP applies what it can', async () => {
  const btf = join(folder, 'btf')
  writeFileSync(btf, withoutName(readFileSync('/sys/kernel/btf/vmlinux'), 'btf_trace_sched_process_exec'))
  const config = join(folder, 'sonde.config.yaml')
  writeFileSync(config, 'exporters: { prometheus: { enabled: off } }\n')
  const environment = { SONDE_CONFIG: config }
  const sonde = runCommand('start', line(PORT), { environment, within: mounted(`mount --bind '${btf}' /sys/kernel/btf/vmlinux`) })
  try {
    await sonde.saying(/Sonde is ready at http:\/\/127\.0\.0\.1:27421\n/)
    await sonde.saying(/ {2}watching {6}[^\n]*tcp_connection, exchange/)
    assert.match(sonde.said(), / {2}not watching {2}process_lifecycle: [^\n]+\. Without it: New processes are noticed only/)

    assert.match(await failing('start', line(PORT + 1), { environment }), /Another Sonde uses the data directory \S+\/data\.\n {2}What to do: stop it, or give this one its own with --data-dir$/)
    assert.match(await failing('start', line(PORT, 'other'), { environment }), /^Port 27421 is in use: Sonde itself already runs there\.\n {2}What to do: /)

    writeFileSync(config, 'exporters: { prometheus: { enabled: off } }\nprobes: { exchange: { enabled: off } }\npeers: { 192.0.2.1: elsewhere }\nstatistics: off\nweb: { retention: { days: 1 }, store: { threads: 2 } }\n')
    sonde.signal('SIGHUP')
    await sonde.saying(/collector: the configuration was read again; applied: probes\.exchange\.enabled = false, peers; only after a restart: statistics = false\n/)
    await sonde.saying(/web: the configuration was read again; applied: web\.retention\.days = 1; only after a restart: web\.store\.threads = 2\n/)
    // Told by the collector each second.
    let switches: string[] = []
    for (let attempt = 0; !switches.includes('exchange false') && attempt < 300; attempt++) {
      if (attempt > 0) await new Promise((resolve) => setTimeout(resolve, 100))
      const { probes } = (await (await fetch(`http://127.0.0.1:${PORT}/api/v1/probes`)).json()) as { probes: { name: string; enabled: boolean }[] }
      switches = probes.filter(({ name }) => ['exchange', 'tcp_connection'].includes(name)).map(({ name, enabled }) => `${name} ${enabled}`).sort()
    }
    assert.deepEqual(switches, ['exchange false', 'tcp_connection true'])

    writeFileSync(config, 'peer: {}\n')
    sonde.signal('SIGHUP')
    await sonde.saying(/collector: the configuration was read again and is not understood, so nothing changed: \S+:1: peer: there is no such setting \(did you mean peers\?\)\n/)
  } finally {
    sonde.signal('SIGTERM')
  }
  assert.equal(await sonde.ended, 0)
})

/** Type information of a kernel that lacks something: its name is another, of the same length. */
function withoutName(btf: Buffer, name: string): Buffer {
  const at = btf.indexOf(`\0${name}\0`)
  assert.ok(at > 0, name)
  btf.fill('x', at + 1, at + 1 + name.length)
  return btf
}
