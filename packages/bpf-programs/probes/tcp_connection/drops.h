/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Dropped segments, counted by reason. */
#pragma once
#include "tcp_connection.h"
#include "drop_reasons.h"

/* Segments of TCP sockets that were dropped, by enum drop_reason, and what of them was told. Drops are too rare for a count a CPU. */
__u64 drops[DROP_REASONS] = {};
__u64 drops_told[DROP_REASONS] = {};

/* Of a TCP segment that comes in: struct tcp_skb_cb, which begins with seq and end_seq, stands in its cb. */
static __always_inline __u32 payload_of(struct sk_buff *skb)
{
	__u32 sequence[2] = {};
	bpf_core_read(sequence, sizeof(sequence), &skb->cb);
	return sequence[1] - sequence[0];
}

static __always_inline void drops_count(__u32 reason)
{
	if (reason < DROP_REASONS) /* always */
		__sync_fetch_and_add(&drops[reason], 1);
}

/* Says what was counted since it was said last. */
static __always_inline void drops_tell(void)
{
	for (__u32 reason = 0; reason < DROP_REASONS; reason++) {
		__u64 count = drops[reason];
		if (count == drops_told[reason])
			continue;
		struct tcp_dropped record = { .count = count - drops_told[reason], .reason = reason };
		if (!try_output(tcp_dropped, &record, sizeof(record), bpf_ktime_get_boot_ns()))
			drops_told[reason] = count;
	}
}
