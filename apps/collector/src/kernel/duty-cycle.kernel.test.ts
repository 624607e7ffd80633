import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, mkdtempSync, openSync, readSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { bucketOf } from '@sonde/shared/signal'
import { compileC, MeasuringKernel } from './histograms-fixture.ts'

/** A second in each ten, as the product has it: a minute. */
const INTERVALS = 6
const SHARE = 0.1
const MARKERS_WITHIN_MS = 240_000
const WITHIN = 0.05
const SLEEP_NS = 1e6
const ROUNDS_A_SECOND = 200

/** What one round is. */
const ROUND: Readonly<Record<string, readonly [count: number, error?: string]>> = {
  getppid: [10], getpriority: [4], umask: [5], getrandom: [2], lseek: [4, 'EBADF'], pread64: [3, 'EBADF'],
  access: [3, 'ENOENT'], recvfrom: [4, 'ENOTSOCK'], nanosleep: [1], clock_nanosleep: [1],
}

/** Makes the calls of a round 200 times a second by the clock, whatever it missed, and tells in a file how many rounds it made. */
const SOURCE = `#define _GNU_SOURCE
#include <fcntl.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>
#define TIMES(n, ...) for (int i = 0; i < n; i++) syscall(__VA_ARGS__)
int main(int argc, char **argv)
{
	int file = open(argv[1], O_RDWR);
	volatile unsigned long *rounds = mmap(0, 8, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
	struct timespec next, short_while = { 0, ${SLEEP_NS} };
	char byte;
	/* Where it may: then it isn't late when others want the CPUs. */
	sched_setscheduler(0, SCHED_FIFO, &(struct sched_param){ 1 });
	for (clock_gettime(CLOCK_MONOTONIC, &next);; ++*rounds) {
		TIMES(10, SYS_getppid);
		TIMES(4, SYS_getpriority, 0, 0);
		TIMES(5, SYS_umask, 022);
		TIMES(2, SYS_getrandom, &byte, 1, 0);
		TIMES(4, SYS_lseek, -1, 0, 0);
		TIMES(3, SYS_pread64, -1, &byte, 1, 0);
		TIMES(3, SYS_access, "/is-not-there", 0);
		TIMES(4, SYS_recvfrom, 0, &byte, 1, 0, 0, 0);
		TIMES(1, SYS_nanosleep, &short_while, 0);
		next.tv_nsec += ${1e9 / ROUNDS_A_SECOND};
		if (next.tv_nsec >= 1000000000)
			next.tv_nsec -= 1000000000, next.tv_sec++;
		syscall(SYS_clock_nanosleep, CLOCK_MONOTONIC, TIMER_ABSTIME, &next, 0);
	}
}`

interface Estimate {
  count: number
  readonly errors: Record<string, number>
  sumNs: number
  timed: number
  leastBucket: number
}

const isNear = (estimated: number, truth: number) => Math.abs(estimated - truth) <= truth * WITHIN

test('listening now and then, it estimates counts and errors of ten system calls to 5 %', { timeout: 300_000 }, async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'sonde-rounds-'))
  t.after(() => rmSync(folder, { recursive: true }))
  writeFileSync(join(folder, 'rounds'), Buffer.alloc(8))
  const file = openSync(join(folder, 'rounds'), 'r')
  t.after(() => closeSync(file))
  const rounds = () => {
    const bytes = Buffer.alloc(8)
    readSync(file, bytes, 0, 8, 0)
    return Number(bytes.readBigUInt64LE())
  }
  const child = spawn(compileC(SOURCE), [join(folder, 'rounds')], { stdio: ['ignore', 'ignore', 'inherit'] })
  t.after(() => child.kill('SIGKILL'))
  while (rounds() === 0) await Promise.race([new Promise((resolve) => setTimeout(resolve, 10)), once(child, 'exit')])

  /** Rounds made when each interval was told: the truth about the time between any two. */
  const made: number[] = []
  const kernel = new MeasuringKernel('syscall_latency', [], { onInterval: () => made.push(rounds()) })
  t.after(() => kernel.close())
  const deadline = Date.now() + MARKERS_WITHIN_MS
  while (made.length <= INTERVALS && Date.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 20))
  kernel.close()
  assert.ok(made.length > INTERVALS, `${made.length} intervals were told`)

  const truth = made[INTERVALS]! - made[0]!
  const { estimates, listenedNs, inAllNs } = estimate(kernel, child.pid!)
  const share = listenedNs / inAllNs
  assert.ok(share > 0.9 * SHARE && share < 0.5, `it listened ${share} of the time`)
  const off = Object.entries(ROUND).map(([name, [each]]) => (estimates[name]?.count ?? 0) / (truth * each) - 1)
  t.diagnostic(`${truth} rounds in ${(inAllNs / 1e9).toFixed(1)} s, listened to ${(share * 100).toFixed(1)} %: off by ${(100 * Math.min(...off)).toFixed(2)} to ${(100 * Math.max(...off)).toFixed(2)} %`)
  for (const [name, [each, error]] of Object.entries(ROUND)) {
    const { count, errors } = estimates[name] ?? assert.fail(`${name} was never heard`)
    assert.ok(isNear(count, truth * each), `${name}: ${count} of ${truth * each}`)
    assert.deepEqual(Object.keys(errors), error === undefined ? [] : [error], name)
    if (error !== undefined) assert.ok(isNear(errors[error]!, truth * each), `${name} ${error}: ${errors[error]} of ${truth * each}`)
  }
  const { sumNs, timed, leastBucket } = estimates.nanosleep!
  assert.ok(timed > 0 && leastBucket >= bucketOf(SLEEP_NS) && sumNs >= timed * SLEEP_NS, JSON.stringify(estimates.nanosleep))
  assert.deepEqual([...kernel.losses.all()].filter((loss) => loss.count > 0), [])
})

/** What was counted of a process in the intervals after the first, as of the whole time: each interval's counts by the share of it that was listened to. */
function estimate(kernel: MeasuringKernel, pid: number) {
  const estimates: Record<string, Estimate> = {}
  let [interval, listenedNs, inAllNs] = [-1, 0, 0]
  for (const { pid: whose, name, count, observedNs, intervalNs, errors, sumNs, buckets } of kernel.measured) {
    if (name === '' && whose === 0) {
      interval++
      if (interval < 1 || interval > INTERVALS) continue
      listenedNs += observedNs
      inAllNs += intervalNs
    }
    if (interval < 1 || interval > INTERVALS || whose !== pid) continue
    const scale = intervalNs / observedNs
    const sum = (estimates[name] ??= { count: 0, errors: {}, sumNs: 0, timed: 0, leastBucket: Infinity })
    sum.count += count * scale
    for (const [error, n] of errors) sum.errors[error] = (sum.errors[error] ?? 0) + n * scale
    sum.sumNs += sumNs
    for (const [bucket, n] of buckets) {
      sum.timed += n
      sum.leastBucket = Math.min(sum.leastBucket, bucket)
    }
  }
  return { estimates, listenedNs, inAllNs }
}
