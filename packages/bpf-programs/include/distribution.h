/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Distributions: durations counted in the kernel, by a key that the probe chooses. Counters only grow; whoever reads
 * them subtracts what it read before, so that nothing is lost between reading and clearing.
 *
 * A probe defines its key and says DISTRIBUTIONS(struct its_key). User space reads the map `distributions`
 * (collector/src/kernel/histograms.ts), sets `listening` while it listens and moves `epoch` on when it reads.
 */
#pragma once
#include "histogram.h"
#include "own.h"
#include "record.h"

/* 1840 bytes for each key and CPU. */
struct distribution {
	__u64 count;   /* all, also those whose begin was not seen */
	__u64 untimed; /* of these: those */
	__u64 errors;
	__u64 sum_ns;
	__u64 max_ns; /* since `epoch` */
	__u32 epoch;
	__u32 pad;
	__u32 buckets[HISTOGRAM_BUCKETS];
};
_Static_assert(sizeof(struct distribution) == 1840, "collector/src/kernel/histograms.ts reads it");

/* Counts up with each window in which user space listens; 0: it doesn't, and programs return at once. */
__u32 listening = 0;
/* Counts up each time user space reads, for the maxima. */
__u32 epoch = 0;

/*
 * The loader sets how many: a share of memory. Allocated beforehand: when needed is too late for many new keys at once,
 * 56 of 5,000 calls were lost that way in the first second.
 */
#define DISTRIBUTIONS(key_type)                          \
	struct {                                         \
		__uint(type, BPF_MAP_TYPE_PERCPU_HASH);  \
		__uint(max_entries, 4096);               \
		__type(key, key_type);                   \
		__type(value, struct distribution);      \
	} distributions SEC(".maps")

const struct distribution no_distribution = {};

/* The distribution of a key, made if it is new; 0 for Sonde's own processes, and (counted) if there is no room. */
#define distribution_of(key, tgid)                                                                        \
	({                                                                                                \
		struct distribution *__d = bpf_map_lookup_elem(&distributions, (key));                    \
		if (!__d) {                                                                               \
			__u32 __tgid = (tgid);                                                            \
			/* Asked here only, so that the others' calls don't pay for it. */                \
			if (!bpf_map_lookup_elem(&own_tgids, &__tgid)) {                                  \
				bpf_map_update_elem(&distributions, (key), &no_distribution, BPF_NOEXIST); \
				__d = bpf_map_lookup_elem(&distributions, (key));                         \
				if (!__d)                                                                 \
					lost(LOST_STORAGE);                                               \
			}                                                                                 \
		}                                                                                         \
		__d;                                                                                      \
	})

static __always_inline void distribution_add(struct distribution *d, __u64 ns)
{
	d->count++;
	d->sum_ns += ns;
	if (d->epoch != epoch) {
		d->epoch = epoch;
		d->max_ns = ns;
	} else if (ns > d->max_ns) {
		d->max_ns = ns;
	}
	__u64 bucket = bucket_of(ns);
	asm volatile("" : "+r"(bucket)); /* else the compiler compares a copy, and the verifier doesn't know */
	if (bucket < HISTOGRAM_BUCKETS) /* always */
		d->buckets[bucket]++;
}
