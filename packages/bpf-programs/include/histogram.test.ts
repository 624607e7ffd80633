import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { BpfObject } from '@sonde/libbpf'
import { BUCKET_COUNT, bucketLowerNs, bucketOf } from '@sonde/shared/signal'
import { compile } from '../btf/compile.ts'
import { Random } from '../testing/random.ts'

const folder = mkdtempSync(join(tmpdir(), 'sonde-histogram-'))
let object: BpfObject

before(() => {
  const source = join(folder, 'histogram.bpf.c')
  writeFileSync(source, `#include "histogram.h"
char LICENSE[] SEC("license") = "GPL";
enum { MANY = 1024 };
__u64 ns[MANY]; __u32 buckets[MANY];
SEC("raw_tp/sonde_test") int fill(void *c) { for (int i = 0; i < MANY; i++) buckets[i] = bucket_of(ns[i]); return HISTOGRAM_BUCKETS; }`)
  compile(source, join(folder, 'histogram.bpf.o'))
  object = new BpfObject(readFileSync(join(folder, 'histogram.bpf.o')), 'histogram')
  object.load()
})
after(() => {
  object.close()
  rmSync(folder, { recursive: true })
})

/** What the kernel, running the C, says of up to 1,024 durations. */
function inKernel(durations: readonly number[]): number[] {
  const bytes = Buffer.alloc(1024 * 8)
  durations.forEach((ns, index) => bytes.writeBigUInt64LE(BigInt(ns), index * 8))
  object.writeVariable('ns', bytes)
  assert.equal(object.run('fill'), BUCKET_COUNT)
  const buckets = object.readVariable('buckets')
  return durations.map((_, index) => buckets.readUInt32LE(index * 4))
}

test('at every boundary, and one before it, C and TypeScript give the same bucket', () => {
  const lowers = Array.from({ length: BUCKET_COUNT }, (_, bucket) => bucketLowerNs(bucket))
  assert.deepEqual(inKernel(lowers), lowers.map(bucketOf))
  const before = lowers.slice(1).map((ns) => ns - 1)
  assert.deepEqual(inKernel(before), before.map(bucketOf))
})

test('property: any duration up to 2^53 ns has the same bucket in both', () => {
  const random = new Random(3)
  for (let round = 0; round < 50; round++) {
    const durations = Array.from({ length: 1024 }, () => Math.floor((random.next() * 2 ** 21 + random.below(2 ** 21)) / 2 ** random.below(53)))
    assert.deepEqual(inKernel(durations), durations.map(bucketOf))
  }
})
