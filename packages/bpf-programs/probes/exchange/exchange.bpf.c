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
#include "exchange.h"
#include "user_buffer.h"

char LICENSE[] SEC("license") = "GPL";

/* CLOCK_BOOTTIME - CLOCK_MONOTONIC, kept current by user space: it moves only when the host sleeps. */
__u64 boot_minus_monotonic_ns = 0;
/* A response this quiet is over; with a flush each 100 ms that is known within 250 ms. */
const volatile __u64 quiet_ns = 100000000;

enum verdict { RECORD, IGNORE };

struct turn {
	__u64 arrived_ns; /* of the request to come, at a server */
	__u64 sending_ns; /* when the request to come began to be sent, at a client */
	__u64 opening;    /* the response's first 8 bytes; 0 if they weren't seen */
	__u8 verdict;
	__u8 reported;
	__u8 unfinished; /* the response went on: there is an entry in that map */
	__u8 pad[5];
	struct exchange record;
	struct exchange_continued anew;
};

/* What a response that was already reported has come to. */
struct unfinished_response {
	__u64 bytes;
	__u64 end_ns;
	__u32 turn;
	__u32 pad;
};

struct {
	__uint(type, BPF_MAP_TYPE_SK_STORAGE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, int);
	__type(value, struct turn);
} turns SEC(".maps");

/* By socket cookie. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 8192);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, __u64);
	__type(value, struct unfinished_response);
} unfinished SEC(".maps");

/* Sonde's own thread groups: their sockets are not watched. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 256);
	__type(key, __u32);
	__type(value, __u8);
} own_tgids SEC(".maps");

/* Sonde's own connections as their other ends see them, so that those aren't watched either. */
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 8192);
	__type(key, struct socket_tuple);
	__type(value, __u8);
} own_connections SEC(".maps");

static __always_inline __u64 now_ns(void)
{
	return bpf_ktime_get_ns() + boot_minus_monotonic_ns;
}

static __always_inline __u64 tcp_stamp_ns(struct sock *sk)
{
	return tcp_sk(sk)->tcp_clock_cache + boot_minus_monotonic_ns;
}

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
	__u32 tgid = bpf_get_current_pid_tgid() >> 32;
	if (bpf_map_lookup_elem(&own_tgids, &tgid)) {
		struct socket_tuple other = {};
		__u8 one = 1;
		socket_tuple_of_peer(&other, &turn->record.socket);
		bpf_map_update_elem(&own_connections, &other, &one, BPF_ANY);
		turn->verdict = IGNORE;
	}
	return turn;
}

static __always_inline struct turn *turn_of(struct sock *sk)
{
	struct turn *turn = sk->sk_bpf_storage ? bpf_sk_storage_get(&turns, sk, 0, 0) : 0;
	return turn ? turn : begin(sk);
}

/* Reports the turn. Before a connection's first, the other end is looked up: by now it has surely been identified. */
static __always_inline void report(struct sock *sk, struct turn *turn, __u64 at_ns)
{
	struct exchange *record = &turn->record;
	turn->reported = 1;
	if (record->turn == 1) {
		struct socket_tuple tuple = {};
		socket_tuple_of(&tuple, &record->socket);
		if (bpf_map_lookup_elem(&own_connections, &tuple)) {
			turn->verdict = IGNORE;
			return;
		}
	}
	record->srtt_us = tcp_sk(sk)->srtt_us >> 3;
	record->retransmits = tcp_sk(sk)->total_retrans;
	__u32 size = offsetof(struct exchange, prefix) + record->request_prefix_length + record->response_prefix_length;
	if (size <= sizeof(*record)) /* always: both lengths are bounded where they grow */
		output(exchange, record, size, at_ns);
}

static __always_inline struct unfinished_response response_of(const struct exchange *record)
{
	return (struct unfinished_response){ record->response_bytes, record->response_end_ns, record->turn, 0 };
}

/* Reports what a response came to after its turn was reported. */
static __always_inline void report_continued(__u64 cookie, struct unfinished_response response, __u64 at_ns, __u8 flags)
{
	struct exchange_continued record = {
		.cookie = cookie,
		.response_bytes = response.bytes,
		.response_end_ns = response.end_ns,
		.turn = response.turn,
		.flags = flags,
	};
	output(exchange_continued, &record, offsetof(struct exchange_continued, prefix), at_ns);
}

/*
 * Another message of the same turn, if these bytes begin as the response did: several requests came at once and are
 * answered one by one. Protocol-blind: what opens a message of a protocol opens the next one too.
 */
static __always_inline void report_anew(struct turn *turn, __u32 length, __u64 at_ns)
{
	struct exchange_continued *anew = &turn->anew;
	if (!turn->opening || length < sizeof(turn->opening))
		return;
	__u32 copied = copy_user_bytes(anew->prefix, 0, ANEW_PREFIX, length);
	if (copied < sizeof(turn->opening) || copied > ANEW_PREFIX || *(__u64 *)anew->prefix != turn->opening)
		return;
	anew->cookie = turn->record.socket.cookie;
	anew->response_bytes = turn->record.response_bytes - length;
	anew->response_end_ns = at_ns;
	anew->turn = turn->record.turn;
	anew->flags = EXCHANGE_ANEW;
	anew->prefix_length = copied;
	output(exchange_continued, anew, offsetof(struct exchange_continued, prefix) + copied, at_ns);
}

/* The turn is over: says what hasn't been said of it. */
static __always_inline void finish(struct sock *sk, struct turn *turn, __u64 at_ns, __u8 flags)
{
	struct exchange *record = &turn->record;
	if (!turn->reported) {
		record->flags |= flags;
		report(sk, turn, at_ns);
	} else if (turn->unfinished) {
		/* From the turn, not from the map: a flush may have said some of it, and then it is said again. */
		__u64 cookie = record->socket.cookie;
		turn->unfinished = 0;
		bpf_map_delete_elem(&unfinished, &cookie);
		report_continued(cookie, response_of(record), at_ns, flags);
	}
}

static __always_inline void start(struct turn *turn, __u64 at_ns, __u32 sequence)
{
	struct exchange *record = &turn->record;
	__u64 id = bpf_get_current_pid_tgid();
	__u64 arrived = record->role == SERVER ? turn->arrived_ns : turn->sending_ns;
	record->request_arrived_ns = arrived && arrived < at_ns ? arrived : at_ns;
	record->request_read_ns = at_ns;
	record->response_start_ns = 0;
	record->response_end_ns = 0;
	record->request_bytes = 0;
	record->response_bytes = 0;
	record->pid = id >> 32;
	record->tid = id;
	record->turn++;
	record->request_sequence = sequence;
	record->response_sequence = 0;
	record->request_prefix_length = 0;
	record->response_prefix_length = 0;
	record->flags = 0;
	turn->arrived_ns = 0;
	turn->sending_ns = 0;
	turn->reported = 0;
}

static __always_inline __u32 first_sequence(struct sock *sk, __u32 length, int sending)
{
	return (sending ? tcp_sk(sk)->write_seq : tcp_sk(sk)->copied_seq) - length;
}

static __always_inline int on_request(struct sock *sk, struct turn *turn, __u32 length, int sending)
{
	struct exchange *record = &turn->record;
	__u64 at_ns = tcp_stamp_ns(sk);
	if (sending && at_ns <= record->response_end_ns)
		at_ns = now_ns(); /* Nagle or the window holds it back, and TCP's stamp is that of the last turn */
	if (!record->turn || record->response_start_ns) {
		if (record->turn)
			finish(sk, turn, at_ns, 0);
		if (turn->verdict == IGNORE)
			return 0;
		start(turn, at_ns, first_sequence(sk, length, sending));
	}
	/* Kept is what is contiguous from the first byte on: a gap (sendfile) ends the prefix. */
	__u32 have = record->request_prefix_length;
	if (have < REQUEST_PREFIX && have == record->request_bytes)
		record->request_prefix_length = have + copy_user_bytes(record->prefix, have, REQUEST_PREFIX, length);
	record->request_bytes += length;
	record->request_end_ns = at_ns;
	return 0;
}

static __always_inline int on_response_continued(struct turn *turn)
{
	__u64 cookie = turn->record.socket.cookie;
	struct unfinished_response response = response_of(&turn->record);
	turn->unfinished = 1;
	struct unfinished_response *known = bpf_map_lookup_elem(&unfinished, &cookie);
	if (known)
		*known = response;
	else if (bpf_map_update_elem(&unfinished, &cookie, &response, BPF_ANY))
		lost(LOST_UNFINISHED); /* said at the next turn or at close all the same, only later */
	return 0;
}

static __always_inline int on_response(struct sock *sk, struct turn *turn, __u32 length, int sending)
{
	struct exchange *record = &turn->record;
	if (!record->turn)
		return 0; /* the server speaks first, or the request went by before we looked */
	__u64 at_ns = sending ? now_ns() : tcp_stamp_ns(sk);
	record->response_end_ns = at_ns;
	record->response_bytes += length;
	if (turn->reported) {
		report_anew(turn, length, at_ns);
		return on_response_continued(turn);
	}
	record->response_start_ns = at_ns;
	record->response_sequence = first_sequence(sk, length, sending);
	__u32 request = record->request_prefix_length;
	turn->opening = 0;
	if (request <= REQUEST_PREFIX) {
		record->response_prefix_length = copy_user_bytes(record->prefix + request, 0, RESPONSE_PREFIX, length);
		if (record->response_prefix_length >= sizeof(turn->opening))
			__builtin_memcpy(&turn->opening, record->prefix + request, sizeof(turn->opening));
	}
	report(sk, turn, at_ns);
	return 0;
}

static __always_inline int on_bytes(struct sock *sk, int length, int sending)
{
	if (length <= 0 || !is_tcp(sk))
		return 0;
	struct turn *turn = turn_of(sk);
	if (!turn || turn->verdict == IGNORE)
		return 0;
	int asking = sending == (turn->record.role == CLIENT);
	return asking ? on_request(sk, turn, length, sending) : on_response(sk, turn, length, sending);
}

SEC("tp_btf/sock_send_length")
int BPF_PROG(exchange_sent, struct sock *sk, int length, int flags)
{
	return on_bytes(sk, length, 1);
}

SEC("tp_btf/sock_recv_length")
int BPF_PROG(exchange_received, struct sock *sk, int length, int flags)
{
	return flags & MSG_PEEK ? 0 : on_bytes(sk, length, 0);
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
	if (!turn->record.turn || turn->record.response_start_ns)
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

static long flush_one(struct bpf_map *map, const __u64 *cookie, struct unfinished_response *response, __u64 *at_ns)
{
	if (*at_ns < response->end_ns + quiet_ns)
		return 0;
	report_continued(*cookie, *response, *at_ns, 0);
	bpf_map_delete_elem(&unfinished, cookie);
	return 0;
}

/* Not attached: user space runs it each 100 ms. Reports the responses that went on and have been quiet since. */
SEC("raw_tp/sonde_flush")
int exchange_flush(void *context)
{
	__u64 at_ns = now_ns();
	bpf_for_each_map_elem(&unfinished, flush_one, &at_ns, 0);
	return 0;
}
