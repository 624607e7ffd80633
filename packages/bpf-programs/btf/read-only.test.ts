import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { compile, root } from './compile.ts'
import { breaksReadOnly } from './read-only.ts'

const folder = mkdtempSync(join(tmpdir(), 'sonde-read-only-'))
after(() => rmSync(folder, { recursive: true }))

function breachesOf(program: string): string[] {
  const source = join(folder, 'x.bpf.c')
  writeFileSync(source, `#include "kernel.h"\n#include <bpf/bpf_helpers.h>\nchar LICENSE[] SEC("license") = "GPL";\n${program}`)
  compile(source, join(folder, 'x.bpf.o'))
  return breaksReadOnly(readFileSync(join(folder, 'x.bpf.o')))
}

test('every object that is shipped only looks', () => {
  const objects = readdirSync(join(root, '.output')).filter((name) => name.endsWith('.bpf.o'))
  const sources = readdirSync(join(root, 'probes'), { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.bpf.c'))
  assert.deepEqual(objects.sort(), sources.map((source) => source.replace(/^.*\//, '').replace(/c$/, 'o')).sort(), 'build first: each program has its object')
  for (const object of objects) assert.deepEqual(breaksReadOnly(readFileSync(join(root, '.output', object))), [], object)
})

test('a helper that writes to a process, changes a result or sends a signal is found', () => {
  const call = (code: string) => breachesOf(`SEC("tp_btf/sched_process_exit") int x(__u64 *context) { ${code}; return 0; }`)
  assert.deepEqual(call('bpf_probe_write_user((void *)context[0], context, 8)'), ['tp_btf/sched_process_exit: calls helper 36'])
  assert.deepEqual(call('bpf_override_return((void *)context, 1)'), ['tp_btf/sched_process_exit: calls helper 58'])
  assert.deepEqual(call('bpf_send_signal(9)'), ['tp_btf/sched_process_exit: calls helper 109'])
  assert.deepEqual(call('bpf_ktime_get_ns()'), [])
})

test('it is found behind a 64-bit load and in a function of its own', () => {
  assert.deepEqual(breachesOf(`__u64 many; static __attribute__((noinline)) int kill(int n) { many = 0x123456789abcdef + n; return bpf_send_signal(n); }
    SEC("raw_tp/sys_enter") int x(void *context) { return kill(9); }`), ['.text: calls helper 109'])
})

test('a program of a type that can change things is found, and a kernel function that is not on the list', () => {
  for (const section of ['kprobe/do_exit', 'fentry/do_exit', 'fmod_ret/x', 'lsm/bpf', 'xdp', 'tc', 'cgroup_skb/egress', 'sockops', 'syscall', 'struct_ops/x', 'iterator']) {
    assert.deepEqual(breachesOf(`SEC("${section}") int x(void *context) { return 0; }`), [`${section}: this type of program may do more than look`])
  }
  assert.deepEqual(breachesOf(`extern void bpf_task_release(void *) __ksym; SEC("tp_btf/sched_process_exit") int x(void **context) { bpf_task_release(context[0]); return 0; }`),
    ["calls the kernel's bpf_task_release"])
})

test('what is no object is refused', () => assert.deepEqual(breaksReadOnly(Buffer.from('hello')), ['no ELF file: shorter than its header']))
