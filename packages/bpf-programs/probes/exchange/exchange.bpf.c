// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * exchange: turns on TCP connections, exactly, without knowing a protocol.
 *
 * A turn is bytes from the client, then bytes from the server. It is kept in the socket's own storage as the record it
 * will become, so that reporting it is one copy into the ring buffer. It is reported when its response begins; what the
 * response does after that is noted in `unfinished` and reported once more, in 56 bytes, when it is over: at the next
 * turn, at close, or when `exchange_flush` finds it quiet.
 *
 *	client                                        server
 *	sock_send_length  request bytes  ──────────▶  tcp_rcv_space_adjust  when the last segment arrived
 *	                                              sock_recv_length      request bytes, read
 *	sock_recv_length  response bytes ◀──────────  sock_send_length      response bytes
 *
 * The hooks are at sockets, so a system call that touches none pays nothing, and reads, writes, sendfile and io_uring
 * are seen alike. Clocks: TCP's own stamp (tcp_clock_cache) where TCP has just taken one, bpf_ktime_get_ns() elsewhere.
 */
#include "kernel.h"
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_endian.h>
#include "bytes.h"
#include "user_buffer.h"

char LICENSE[] SEC("license") = "GPL";

static __always_inline __u64 tcp_stamp_ns(struct sock *sk)
{
	return tcp_sk(sk)->tcp_clock_cache + boot_minus_monotonic_ns;
}

/* Transfers need no description here: the system call in progress has the buffers. */
static __always_inline __u32 copy_bytes(__u8 *to, __u32 have, __u32 limit, __u32 length, const struct transfer *transfer)
{
	return copy_user_bytes(to, have, limit, length);
}

static __always_inline __u32 sequence_of(struct sock *sk, __u32 length, int sending, const struct transfer *transfer)
{
	if (sending)
		return tcp_sk(sk)->write_seq - length;
	__u32 end = tcp_sk(sk)->copied_seq;
	/* A read that takes the last bytes and the end of the stream has gone past the FIN, which has a number too. */
	if (sk->sk_shutdown & RCV_SHUTDOWN && end == tcp_sk(sk)->rcv_nxt)
		end--;
	return end - length;
}

static __always_inline __u32 written_to(struct sock *sk)
{
	return tcp_sk(sk)->write_seq - !!(sk->sk_shutdown & SEND_SHUTDOWN);
}

static __always_inline __u64 asked_ns(struct sock *sk, const struct exchange *record, int sending)
{
	__u64 at_ns = tcp_stamp_ns(sk);
	/* Nagle or the window holds it back, and TCP's stamp is that of the last turn */
	return sending && at_ns <= record->response_end_ns ? now_ns() : at_ns;
}

static __always_inline __u64 answered_ns(struct sock *sk, int sending)
{
	return sending ? now_ns() : tcp_stamp_ns(sk);
}

static __always_inline void note_path(struct sock *sk, struct exchange *record)
{
	record->srtt_us = tcp_sk(sk)->srtt_us >> 3;
	record->retransmits = tcp_sk(sk)->total_retrans;
}

struct {
	__uint(type, BPF_MAP_TYPE_SK_STORAGE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, int);
	__type(value, struct turn);
} turns SEC(".maps");

/* A new storage: who is this socket, and is it ours? Runs in the process that uses the socket, once a connection. */
static __always_inline struct turn *begin(struct sock *sk)
{
	struct turn *turn = bpf_sk_storage_get(&turns, sk, 0, BPF_SK_STORAGE_GET_F_CREATE);
	if (!turn) {
		lost(LOST_STORAGE);
		return 0;
	}
	socket_identify(&turn->record.socket, sk);
	turn->record.role = role_of(sk);
	leave_own_out(turn);
	return turn;
}

static __always_inline struct turn *turn_of(struct sock *sk)
{
	struct turn *turn = sk->sk_bpf_storage ? bpf_sk_storage_get(&turns, sk, 0, 0) : 0;
	return turn ? turn : begin(sk);
}

/* Some ten milliseconds: as long as a hypervisor may let a CPU stand still. */
enum { TRIES = 1 << 19 };

struct attempt {
	struct turn *turn;
	bool taken;
};

static __always_inline bool try_take(struct turn *turn)
{
	return !__sync_lock_test_and_set(&turn->taken, 1);
}

static long take_again(__u32 i, struct attempt *attempt)
{
	attempt->taken = try_take(attempt->turn);
	return attempt->taken;
}

/*
 * Two threads may move bytes of one socket at once, and are seen on two CPUs after TCP has let go of its own lock. A turn
 * takes a microsecond, so whoever comes second waits for one, as for any lock of the kernel's; nobody is interrupted by
 * who wants the same turn. In a virtual machine the first one's CPU may be taken away meanwhile (256 tries were too few
 * once in some 300,000 exchanges of a Go server). Who has waited in vain is counted.
 */
static __always_inline bool take(struct turn *turn)
{
	if (try_take(turn))
		return true;
	struct attempt attempt = { .turn = turn };
	bpf_loop(TRIES, take_again, &attempt, 0);
	if (!attempt.taken)
		lost(LOST_CONTENDED);
	return attempt.taken;
}

static __always_inline void give_back(struct turn *turn)
{
	__u32 was = __sync_lock_test_and_set(&turn->taken, 0);
	asm volatile("" : : "r"(was)); /* else it becomes a plain store, which other CPUs may see too early */
}

static __always_inline int on_transfer(struct sock *sk, int length, int sending)
{
	if (length <= 0 || !is_tcp(sk))
		return 0;
	struct turn *turn = turn_of(sk);
	if (!turn || turn->verdict == IGNORE)
		return 0;
	if (!take(turn))
		return 0;
	on_bytes(sk, turn, length, sending, 0);
	give_back(turn);
	return 0;
}

SEC("tp_btf/sock_send_length")
int BPF_PROG(exchange_sent, struct sock *sk, int length, int flags)
{
	return on_transfer(sk, length, 1);
}

SEC("tp_btf/sock_recv_length")
int BPF_PROG(exchange_received, struct sock *sk, int length, int flags)
{
	return flags & MSG_PEEK ? 0 : on_transfer(sk, length, 0);
}

/* In the reader, before TCP renews its stamp: it still says when the last segment came. */
SEC("tp_btf/tcp_rcv_space_adjust")
int BPF_PROG(exchange_arrived, struct sock *sk)
{
	if (role_of(sk) == CLIENT) /* a few loads, where the storage costs a call: half of all reads end here */
		return 0;
	struct turn *turn = turn_of(sk);
	if (!turn || turn->arrived_ns)
		return 0;
	if (!turn->record.turn || turn->record.response_start_ns || is_early_request(sk, turn))
		turn->arrived_ns = tcp_stamp_ns(sk);
	return 0;
}

/*
 * When a client's request begins to be sent. TCP's own stamp is that of the last transmission or of the ACK that came
 * back meanwhile: on loopback 8-19 us late at a connection's first request, and a whole transfer late for a long one.
 * Without this hook (kernels before 6.16) that stamp has to do.
 */
SEC("tp_btf/tcp_sendmsg_locked")
int BPF_PROG(exchange_sending, struct sock *sk)
{
	if (!is_tcp(sk) || role_of(sk) == SERVER)
		return 0;
	struct turn *turn = turn_of(sk);
	if (!turn || turn->sending_ns)
		return 0;
	if (!turn->record.turn || turn->record.response_start_ns)
		turn->sending_ns = now_ns();
	return 0;
}

SEC("tp_btf/tcp_destroy_sock")
int BPF_PROG(exchange_closed, struct sock *sk)
{
	if (!sk->sk_bpf_storage)
		return 0;
	struct turn *turn = bpf_sk_storage_get(&turns, sk, 0, 0);
	if (turn && turn->record.turn && turn->verdict != IGNORE)
		finish(sk, turn, now_ns(), EXCHANGE_CLOSED);
	return 0;
}
