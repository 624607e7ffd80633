/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Accept queues of listening sockets. */
#pragma once
#include "tcp_connection.h"

/* Of listening sockets: what was told last. */
struct {
	__uint(type, BPF_MAP_TYPE_SK_STORAGE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, int);
	__type(value, struct tcp_accept_queue);
} accept_queues SEC(".maps");

/* The state of a listener's accept queue, if it isn't as it was told last. */
static __always_inline void report_queue(struct sock *sk, __u8 closed)
{
	struct tcp_accept_queue *queue = bpf_sk_storage_get(&accept_queues, sk, 0, BPF_SK_STORAGE_GET_F_CREATE);
	if (!queue) {
		lost(LOST_STORAGE);
		return;
	}
	__u32 length = sk->sk_ack_backlog, limit = sk->sk_max_ack_backlog, drops = sk->sk_drops.counter;
	__u32 half_open = sock_read(sk, inet_connection_sock, icsk_accept_queue.qlen.counter);
	if (queue->cookie && queue->length == length && queue->limit == limit && queue->drops == drops && queue->half_open == half_open && !closed)
		return;
	__u64 cookie = bpf_get_socket_cookie(sk);
	struct tcp_accept_queue record = {
		.cookie = cookie, .length = length, .limit = limit, .half_open = half_open, .drops = drops, .closed = closed,
	};
	__u64 now_ns = bpf_ktime_get_boot_ns();
	if (closed)
		output(tcp_accept_queue, &record, sizeof(record), now_ns);
	else if (!try_output(tcp_accept_queue, &record, sizeof(record), now_ns))
		*queue = record;
}
