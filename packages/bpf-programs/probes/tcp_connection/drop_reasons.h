/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Why the kernel drops segments, by its own names (include/net/dropreason-core.h). Its numbers change with almost every
 * release, so they are looked up by name when the program is loaded (CO-RE); ours stay. One that this list lacks is OTHER.
 * The most frequent comes first. drop-reasons.ts has the same names in the same order; a test compares them.
 */
#pragma once
#include "kernel.h"
#include <bpf/bpf_core_read.h>

#define FOR_EACH_DROP_REASON(X) \
	X(QUEUE_PURGE) \
	X(NOT_SPECIFIED) \
	X(NO_SOCKET) \
	X(SOCKET_CLOSE) \
	X(SOCKET_FILTER) \
	X(SOCKET_RCVBUFF) \
	X(PKT_TOO_SMALL) \
	X(TCP_CSUM) \
	X(NETFILTER_DROP) \
	X(IP_RPFILTER) \
	X(XFRM_POLICY) \
	X(PROTO_MEM) \
	X(SOCKET_BACKLOG) \
	X(TCP_FLAGS) \
	X(TCP_ABORT_ON_DATA) \
	X(TCP_ZEROWINDOW) \
	X(TCP_OLD_DATA) \
	X(TCP_OVERWINDOW) \
	X(TCP_OFOMERGE) \
	X(TCP_RFC7323_PAWS) \
	X(TCP_RFC7323_PAWS_ACK) \
	X(TCP_RFC7323_TSECR) \
	X(TCP_LISTEN_OVERFLOW) \
	X(TCP_OLD_SEQUENCE) \
	X(TCP_INVALID_SEQUENCE) \
	X(TCP_INVALID_END_SEQUENCE) \
	X(TCP_INVALID_ACK_SEQUENCE) \
	X(TCP_RESET) \
	X(TCP_INVALID_SYN) \
	X(TCP_CLOSE) \
	X(TCP_FASTOPEN) \
	X(TCP_OLD_ACK) \
	X(TCP_TOO_OLD_ACK) \
	X(TCP_ACK_UNSENT_DATA) \
	X(TCP_OFO_QUEUE_PRUNE) \
	X(TCP_OFO_DROP) \
	X(TCP_MINTTL) \
	X(TCP_AUTH_HDR) \
	X(TCP_MD5NOTFOUND) \
	X(TCP_MD5UNEXPECTED) \
	X(TCP_MD5FAILURE) \
	X(IP_OUTNOROUTES) \
	X(BPF_CGROUP_EGRESS) \
	X(NEIGH_CREATEFAIL) \
	X(NEIGH_FAILED) \
	X(NEIGH_QUEUEFULL) \
	X(NEIGH_DEAD) \
	X(TC_EGRESS) \
	X(TC_INGRESS) \
	X(SECURITY_HOOK) \
	X(QDISC_DROP) \
	X(QDISC_OVERLIMIT) \
	X(QDISC_CONGESTED) \
	X(FQ_BAND_LIMIT) \
	X(FQ_HORIZON_LIMIT) \
	X(FQ_FLOW_LIMIT) \
	X(CPU_BACKLOG) \
	X(XDP) \
	X(SKB_CSUM) \
	X(SKB_GSO_SEG) \
	X(SKB_UCOPY_FAULT) \
	X(DEV_READY) \
	X(FULL_RING) \
	X(NOMEM) \
	X(PFMEMALLOC) \
	X(PKT_TOO_BIG)

enum drop_reason {
	DROP_OTHER,
#define X(name) DROP_##name,
	FOR_EACH_DROP_REASON(X)
#undef X
	DROP_REASONS,
};

/* The kernel's: of it only the names count. */
enum skb_drop_reason___local {
#define X(name) SKB_DROP_REASON_##name,
	FOR_EACH_DROP_REASON(X)
#undef X
};

/*
 * Global, so that the verifier knows nothing of what comes back: it would follow each of 66 constants through the rest of the
 * program, 0.13 s of the 0.2 s that loading this probe took.
 */
__noinline __u32 drop_reason_of(__u32 reason)
{
#define X(name)                                                                                                      \
	if (bpf_core_enum_value_exists(enum skb_drop_reason___local, SKB_DROP_REASON_##name) &&                      \
	    reason == bpf_core_enum_value(enum skb_drop_reason___local, SKB_DROP_REASON_##name))                     \
		return DROP_##name;
	FOR_EACH_DROP_REASON(X)
#undef X
	return DROP_OTHER;
}
