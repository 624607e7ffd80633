import assert from 'node:assert/strict'
import { test } from 'node:test'
import { BUCKET_COUNT, bucketLowerNs, bucketOf } from '@sonde/shared/signal'
import { bucketBins, mergeBuckets, type Bucket } from './bucket-bins.ts'

const bucket = (ns: number, count: number): Bucket => [bucketLowerNs(bucketOf(ns)), bucketOf(ns) + 1 < BUCKET_COUNT ? bucketLowerNs(bucketOf(ns) + 1) : 2 ** 53 - 1, count]

test('every bucket is wholly in one bin, no count is lost, and bins follow each other', () => {
  const all = Array.from({ length: BUCKET_COUNT }, (_, i) => bucket(bucketLowerNs(i), i + 1))
  const { bins } = bucketBins(all, 1e3, 1e6)
  assert.equal(bins.reduce((sum, { count }) => sum + count, 0), (BUCKET_COUNT * (BUCKET_COUNT + 1)) / 2)
  for (const [lower, upper] of all) assert.equal(bins.filter((bin) => lower >= bin.lowerNs && upper <= bin.upperNs).length, 1, `${lower}`)
  for (const [i, bin] of bins.entries()) if (i > 0) assert.equal(bin.lowerNs, bins[i - 1]!.upperNs)
})

test('four bins a doubling; the axis is the decades they begin in', () => {
  const { from, to, bins } = bucketBins([bucket(1000, 1), bucket(1024, 2), bucket(1279, 3), bucket(1280, 4), bucket(2_000_000, 5)], 1e4, 1e6)
  assert.deepEqual(bins, [{ lowerNs: 896, upperNs: 1024, count: 1 }, { lowerNs: 1024, upperNs: 1280, count: 5 }, { lowerNs: 1280, upperNs: 1536, count: 4 }, { lowerNs: 1_835_008, upperNs: 2_097_152, count: 5 }])
  assert.deepEqual([from, to], [100, 1e7])
  assert.deepEqual(bucketBins([], 1e3, 1e6), { from: 1e3, to: 1e6, bins: [] })
})

test('histograms merge by adding, in order', () => {
  assert.deepEqual(mergeBuckets([{ buckets: [bucket(5000, 2), bucket(90, 1)] }, { buckets: [bucket(5000, 3)] }, { buckets: [] }]), [bucket(90, 1), bucket(5000, 5)])
})
