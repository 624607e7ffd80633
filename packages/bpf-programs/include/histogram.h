/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The one histogram, as in packages/shared/signal/log-linear.ts: 16 linear steps a doubling, 64 ns to 137 s. */
#pragma once
#include "kernel.h"
#include <bpf/bpf_helpers.h>

enum { HISTOGRAM_BUCKETS = 448 };

/* Bucket of a duration. */
static __always_inline __u32 bucket_of(__u64 ns)
{
	__u64 steps = ns >> 6;
	if (steps < 16)
		return steps;
	if (steps > 0x7fffffff)
		return HISTOGRAM_BUCKETS - 1;
	__u32 rest = steps, exponent = 0;
	if (rest >> 16) {
		rest >>= 16;
		exponent += 16;
	}
	if (rest >> 8) {
		rest >>= 8;
		exponent += 8;
	}
	if (rest >> 4) {
		rest >>= 4;
		exponent += 4;
	}
	if (rest >> 2) {
		rest >>= 2;
		exponent += 2;
	}
	exponent += rest >> 1;
	return (exponent - 3) * 16 + ((steps >> ((exponent - 4) & 31)) & 15);
}
