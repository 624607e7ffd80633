/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * A turn: what is kept of it, and how it begins, is told and ends, however its bytes are seen. Who includes this says
 * how, by the functions declared here. They are told of a transfer, the send or receive in progress; what that is, is
 * theirs. early.h and bytes.h say what the bytes moved come to.
 */
#pragma once
#include "kernel.h"
#include "own.h"
#include <bpf/bpf_helpers.h>
#include "exchange.h"

struct transfer;

/* Copies the first of the `length` bytes moved to to + have, up to `limit` in all; how many. See user_buffer.h. */
static __u32 copy_bytes(__u8 *to, __u32 have, __u32 limit, __u32 length, const struct transfer *transfer);
/* The sequence number of the first of them. */
static __u32 sequence_of(struct sock *sk, __u32 length, int sending, const struct transfer *transfer);
/* The sequence number after the last byte that was given to TCP to be sent; a FIN is none. */
static __u32 written_to(struct sock *sk);
/* When bytes of a request were moved, and of a response. */
static __u64 asked_ns(struct sock *sk, const struct exchange *record, int sending);
static __u64 answered_ns(struct sock *sk, int sending);
/* Fills srtt_us and retransmits. */
static void note_path(struct sock *sk, struct exchange *record);

/* CLOCK_BOOTTIME - CLOCK_MONOTONIC, kept current by user space: it moves only when the host sleeps. */
__u64 boot_minus_monotonic_ns = 0;
/* A response this quiet is over; with a flush each 100 ms that is known within 250 ms. */
const volatile __u64 quiet_ns = 100000000;

enum verdict { RECORD, IGNORE };

struct turn {
	__u64 arrived_ns; /* of the request to come, at a server */
	__u64 sending_ns; /* when the request to come began to be sent, at a client */
	__u64 opening;    /* the response's first 8 bytes; 0 if they weren't seen */
	__u64 early_ns; /* see on_early_request() and on_early_response() */
	__u64 early_end_ns;
	__u32 early_bytes; /* read before the send that comes before them was seen */
	__u32 early_sequence;
	__u64 bytes_before;  /* of the response before this turn's */
	__u32 answered_from; /* written_to() when a server's turn began, or when a client's response did */
	__u8 verdict;
	__u8 reported;
	__u8 unfinished; /* the response went on: there is an entry in that map */
	__u8 pad;
	__u32 taken; /* by the CPU that is at it */
	__u32 pad2;
	struct exchange record;
	struct exchange_continued anew; /* its prefix also holds what was read early */
};

/* What a response that was already reported has come to. */
struct unfinished_response {
	__u64 bytes;
	__u64 end_ns;
	__u32 turn;
	__u32 pad;
};

/* By socket cookie. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 8192);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, __u64);
	__type(value, struct unfinished_response);
} unfinished SEC(".maps");

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

/* Of Sonde's own processes: its connection is left out, at this end and at the other. */
static __always_inline void leave_own_out(struct turn *turn)
{
	__u32 tgid = bpf_get_current_pid_tgid() >> 32;
	if (bpf_map_lookup_elem(&own_tgids, &tgid)) {
		struct socket_tuple other = {};
		__u8 one = 1;
		socket_tuple_of_peer(&other, &turn->record.socket);
		bpf_map_update_elem(&own_connections, &other, &one, BPF_ANY);
		turn->verdict = IGNORE;
	}
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
	note_path(sk, record);
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

/* What the client's response is known by, to tell the next one from its rest. */
static __always_inline void note_opening(struct sock *sk, struct turn *turn, __u32 request_length)
{
	struct exchange *record = &turn->record;
	turn->opening = 0;
	if (record->role == CLIENT)
		turn->answered_from = written_to(sk);
	if (record->response_prefix_length >= sizeof(turn->opening))
		__builtin_memcpy(&turn->opening, record->prefix + request_length, sizeof(turn->opening));
}

/* Whether these bytes begin as the response did; `anew` then has the first of them. Protocol-blind: what opens a message of a protocol opens the next one too. */
static __always_inline bool opens_anew(struct turn *turn, __u32 length, const struct transfer *transfer)
{
	struct exchange_continued *anew = &turn->anew;
	if (!turn->opening || length < sizeof(turn->opening))
		return false;
	__u32 copied = copy_bytes(anew->prefix, 0, ANEW_PREFIX, length, transfer);
	anew->prefix_length = copied;
	return copied >= sizeof(turn->opening) && *(__u64 *)anew->prefix == turn->opening;
}

/* Another message of the same turn: several requests came at once and are answered one by one. */
static __always_inline void report_anew(struct turn *turn, __u32 length, __u64 at_ns)
{
	struct exchange_continued *anew = &turn->anew;
	__u32 copied = anew->prefix_length;
	if (copied > ANEW_PREFIX)
		return;
	anew->cookie = turn->record.socket.cookie;
	anew->response_bytes = turn->record.response_bytes - length;
	anew->response_end_ns = at_ns;
	anew->turn = turn->record.turn;
	anew->flags = EXCHANGE_ANEW;
	output(exchange_continued, anew, offsetof(struct exchange_continued, prefix) + copied, at_ns);
}

/* The turn is over: says what hasn't been said of it. */
static __always_inline void finish(struct sock *sk, struct turn *turn, __u64 at_ns, __u8 flags)
{
	struct exchange *record = &turn->record;
	if (flags & EXCHANGE_CLOSED && record->role == CLIENT && turn->early_bytes) { /* nobody asked for them */
		record->response_bytes += turn->early_bytes;
		record->response_end_ns = turn->early_end_ns;
		turn->unfinished = 1;
	}
	turn->bytes_before = record->response_bytes;
	if (!turn->reported) {
		record->request_bytes += turn->early_bytes;
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

static __always_inline void start(struct sock *sk, struct turn *turn, __u64 at_ns, __u32 sequence)
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
	turn->answered_from = written_to(sk);
	turn->reported = 0;
}
