// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * exchange, on kernels that have no tracepoints at sockets (before 6.3): the same turns, seen from system calls.
 *
 *	sys_enter                which socket, where its buffers are, and the sequence number of what comes
 *	  tcp_rcv_space_adjust   in the reader: when the last segment arrived
 *	sys_exit                 how much it was
 *	tcp_destroy_sock         the end
 *
 * Back to 5.10 there is no storage for sockets in tracepoints, so turns are in a hash by the socket's address, and no
 * free loads through a pointer of another type, so all is read by copy. Sockets that are read and written by io_uring,
 * sendmmsg or recvmmsg, or by 32-bit programs, aren't seen.
 */
#include "kernel.h"
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_endian.h>
#include "bytes.h"
#include "transfer_call.h"
#include "user_buffer.h"

char LICENSE[] SEC("license") = "GPL";

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)
typedef struct {
	__s64 counter;
} atomic64_t;

struct sock_common___cookie {
	atomic64_t skc_cookie;
};
#pragma clang attribute pop

/* Transfers under way, by thread. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 16384);
	__type(key, __u32);
	__type(value, struct transfer);
} transfers SEC(".maps");

/* By address of the socket; its end removes it. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 16384);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, __u64);
	__type(value, struct turn);
} turns SEC(".maps");

const struct turn no_turn = {};

/* Connections that have no cookie of the kernel's, counted on each CPU. */
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u64);
} nameless SEC(".maps");

#define tcp_value(sk, member) BPF_CORE_READ((struct tcp_sock *)(sk), member)

static __always_inline __u32 copy_bytes(__u8 *to, __u32 have, __u32 limit, __u32 length, const struct transfer *transfer)
{
	__u64 head[2];
	switch (transfer->buffers) {
	case ONE_BUFFER:
		return copy_part(to, have, limit, transfer->buffer, length);
	case PARTS:
		return copy_parts(to, have, limit, transfer->buffer, transfer->parts, length);
	case MESSAGE:
		/* struct user_msghdr: msg_iov at 16, msg_iovlen at 24 */
		if (bpf_probe_read_user(head, sizeof(head), (void *)(transfer->buffer + 16)))
			return 0;
		return copy_parts(to, have, limit, head[0], head[1], length);
	default:
		return 0;
	}
}

static __always_inline __u32 sequence_of(struct sock *sk, __u32 length, int sending, const struct transfer *transfer)
{
	return transfer->sequence;
}

static __always_inline __u32 written_to(struct sock *sk)
{
	return tcp_value(sk, write_seq) - !!(BPF_CORE_READ(sk, sk_shutdown) & SEND_SHUTDOWN);
}

static __always_inline __u64 asked_ns(struct sock *sk, const struct exchange *record, int sending)
{
	return now_ns();
}

static __always_inline __u64 answered_ns(struct sock *sk, int sending)
{
	return now_ns();
}

static __always_inline void note_path(struct sock *sk, struct exchange *record)
{
	record->srtt_us = tcp_value(sk, srtt_us) >> 3;
	record->retransmits = tcp_value(sk, total_retrans);
}

/* Numbers of our own have bit 52, which the kernel's don't reach. */
static __always_inline __u64 cookie_of(struct sock *sk)
{
	struct sock_common___cookie *common = (void *)sk;
	__u64 cookie = BPF_CORE_READ(common, skc_cookie.counter);
	__u32 zero = 0;
	__u64 *count = cookie ? 0 : bpf_map_lookup_elem(&nameless, &zero);
	if (count)
		cookie = 1ull << 52 | (__u64)bpf_get_smp_processor_id() << 36 | ++*count;
	return cookie;
}

/* As socket_identify, for a socket that is known by its address only. */
static __always_inline void identify(struct socket_id *id, struct sock *sk)
{
	id->cookie = cookie_of(sk);
	id->netns = BPF_CORE_READ(sk, __sk_common.skc_net.net, ns.inum);
	id->local_port = common_value(sk, skc_num);
	id->remote_port = bpf_ntohs(common_value(sk, skc_dport));
	if (common_value(sk, skc_family) == AF_INET) {
		map_ipv4(id->local_address, common_value(sk, skc_rcv_saddr));
		map_ipv4(id->remote_address, common_value(sk, skc_daddr));
	} else {
		BPF_CORE_READ_INTO((struct in6_addr *)id->local_address, sk, __sk_common.skc_v6_rcv_saddr);
		BPF_CORE_READ_INTO((struct in6_addr *)id->remote_address, sk, __sk_common.skc_v6_daddr);
	}
}

/* A new turn, of an established connection. */
static __always_inline struct turn *begin(struct sock *sk)
{
	__u64 key = (__u64)sk;
	int state = common_value(sk, skc_state);
	if (state != TCP_ESTABLISHED && state != TCP_CLOSE_WAIT)
		return 0;
	bpf_map_update_elem(&turns, &key, &no_turn, BPF_NOEXIST);
	struct turn *turn = bpf_map_lookup_elem(&turns, &key);
	if (!turn) {
		lost(LOST_STORAGE);
		return 0;
	}
	identify(&turn->record.socket, sk);
	turn->record.role = role_of(sk);
	leave_own_out(turn);
	return turn;
}

SEC("tp_btf/sys_enter")
int BPF_PROG(exchange_call_entered, struct pt_regs *registers, long nr)
{
	if (!moves_bytes(nr) || is_32_bit())
		return 0;
	struct transfer transfer = {};
	if (!describe(&transfer, (void *)registers, nr))
		return 0;
	struct turn *turn = bpf_map_lookup_elem(&turns, &transfer.sk);
	struct sock *sk = (struct sock *)transfer.sk;
	if (!turn)
		turn = begin(sk);
	if (!turn || turn->verdict == IGNORE)
		return 0;
	transfer.sequence = transfer.sending ? tcp_value(sk, write_seq) : tcp_value(sk, copied_seq);
	transfer.at_ns = now_ns();
	__u32 tid = bpf_get_current_pid_tgid();
	if (bpf_map_update_elem(&transfers, &tid, &transfer, BPF_ANY))
		lost(LOST_STORAGE);
	return 0;
}

SEC("tp_btf/sys_exit")
int BPF_PROG(exchange_call_returned, struct pt_regs *registers, long result)
{
	if (!moves_bytes(registers->orig_ax))
		return 0;
	__u32 tid = bpf_get_current_pid_tgid();
	struct transfer *noted = bpf_map_lookup_elem(&transfers, &tid);
	if (!noted)
		return 0;
	struct transfer transfer = *noted;
	bpf_map_delete_elem(&transfers, &tid);
	if (result <= 0)
		return 0;
	struct turn *turn = bpf_map_lookup_elem(&turns, &transfer.sk);
	if (!turn || turn->verdict == IGNORE)
		return 0;
	if (transfer.sending && turn->record.role == CLIENT && (!turn->record.turn || turn->record.response_start_ns))
		turn->sending_ns = transfer.at_ns;
	return on_bytes((struct sock *)transfer.sk, turn, result, transfer.sending, &transfer);
}

/* In the reader, before TCP renews its stamp: it still says when the last segment came. */
SEC("tp_btf/tcp_rcv_space_adjust")
int BPF_PROG(exchange_arrived, struct sock *sk)
{
	__u64 key = (__u64)sk;
	struct turn *turn = bpf_map_lookup_elem(&turns, &key);
	if (!turn || turn->arrived_ns || turn->record.role == CLIENT)
		return 0;
	if (!turn->record.turn || turn->record.response_start_ns)
		turn->arrived_ns = tcp_value(sk, tcp_clock_cache) + boot_minus_monotonic_ns;
	return 0;
}

/* Gives a connection its cookie before anybody asks: the other probes know it by that, too. */
SEC("tp_btf/inet_sock_set_state")
int BPF_PROG(exchange_named, struct sock *sk, int before, int now)
{
	if (now == TCP_ESTABLISHED && is_tcp(sk))
		bpf_get_socket_cookie(sk);
	return 0;
}

SEC("tp_btf/tcp_destroy_sock")
int BPF_PROG(exchange_closed, struct sock *sk)
{
	__u64 key = (__u64)sk;
	struct turn *turn = bpf_map_lookup_elem(&turns, &key);
	if (!turn)
		return 0;
	if (turn->record.turn && turn->verdict != IGNORE)
		finish(sk, turn, now_ns(), EXCHANGE_CLOSED);
	bpf_map_delete_elem(&turns, &key);
	return 0;
}
