/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What is read before the send that comes before it was seen: a send is seen when it returns, after TCP has let go of its
 * lock, and by then another thread may have read what the other end said to it. It is kept until the send is seen.
 */
#pragma once
#include "turn.h"

/*
 * A server with threads: one has given the answer to TCP and its send is yet to return, and so to be seen, while the client
 * has the answer already, asks anew, and another thread reads that. Go does so, whose servers always wait for one byte; it
 * takes a processor that is busy or, in a virtual machine, taken away for a moment: 2 of 20,000. What is read is kept
 * until the send is seen.
 */
static __always_inline bool is_early_request(struct sock *sk, const struct turn *turn)
{
	const struct exchange *record = &turn->record;
	return record->role == SERVER && record->turn && !record->response_start_ns && written_to(sk) != turn->answered_from;
}

static __always_inline int on_early_request(struct sock *sk, struct turn *turn, __u32 length, const struct transfer *transfer)
{
	struct exchange_continued *kept = &turn->anew;
	if (!turn->early_bytes) {
		turn->early_ns = asked_ns(sk, &turn->record, 0);
		turn->early_sequence = sequence_of(sk, length, 0, transfer);
		kept->prefix_length = 0;
	}
	__u32 have = kept->prefix_length;
	if (have < ANEW_PREFIX && have == turn->early_bytes)
		kept->prefix_length = have + copy_bytes(kept->prefix, have, ANEW_PREFIX, length, transfer);
	turn->early_bytes += length;
	return 0;
}

/* The answer has been seen: what was read early begins the next turn. */
static __always_inline void start_early(struct sock *sk, struct turn *turn, __u64 at_ns)
{
	struct exchange *record = &turn->record;
	__u32 kept = turn->anew.prefix_length;
	finish(sk, turn, at_ns, 0);
	start(sk, turn, turn->early_ns, turn->early_sequence);
	__builtin_memcpy(record->prefix, turn->anew.prefix, ANEW_PREFIX);
	record->request_prefix_length = kept <= ANEW_PREFIX ? kept : 0;
	record->request_bytes = turn->early_bytes;
	record->request_end_ns = turn->early_ns;
	turn->early_bytes = 0;
}

/*
 * A client with threads: its request has arrived and is answered, and another thread reads that, while the send of the
 * request is yet to return, and so to be seen. Go's clients read and write in two threads. Known by what TCP was given
 * since the response before began, or, at a connection's first, by a send that has begun.
 */
static __always_inline bool is_early_response(struct sock *sk, struct turn *turn, __u32 length, const struct transfer *transfer)
{
	const struct exchange *record = &turn->record;
	if (record->role != CLIENT)
		return false;
	if (turn->early_bytes)
		return true;
	if (record->turn)
		return record->response_start_ns && written_to(sk) != turn->answered_from && opens_anew(turn, length, transfer);
	if (turn->sending_ns)
		turn->anew.prefix_length = copy_bytes(turn->anew.prefix, 0, ANEW_PREFIX, length, transfer);
	return turn->sending_ns;
}

/* Kept until the send is seen. */
static __always_inline int on_early_response(struct sock *sk, struct turn *turn, __u32 length, const struct transfer *transfer)
{
	turn->early_end_ns = answered_ns(sk, 0);
	if (!turn->early_bytes) {
		turn->early_ns = turn->early_end_ns;
		turn->early_sequence = sequence_of(sk, length, 0, transfer);
	}
	turn->early_bytes += length;
	return 0;
}

/* The request has been seen: what was read early answers it. */
static __always_inline void answer_early(struct sock *sk, struct turn *turn, __u64 at_ns)
{
	struct exchange *record = &turn->record;
	__u32 request = record->request_prefix_length, kept = turn->anew.prefix_length;
	record->response_start_ns = turn->early_ns;
	record->response_end_ns = turn->early_end_ns;
	record->response_bytes = turn->early_bytes;
	record->response_sequence = turn->early_sequence;
	turn->early_bytes = 0;
	/* Its send had returned before that, though it was seen to only now. */
	if (record->request_end_ns > record->response_start_ns)
		record->request_end_ns = record->response_start_ns;
	if (record->request_read_ns > record->response_start_ns)
		record->request_read_ns = record->response_start_ns;
	barrier_var(request); /* else what is added is another register than what was compared, and the verifier knows of one only */
	if (request <= REQUEST_PREFIX) {
		__builtin_memcpy(record->prefix + request, turn->anew.prefix, ANEW_PREFIX);
		record->response_prefix_length = kept <= ANEW_PREFIX ? kept : 0;
		note_opening(sk, turn, request);
	}
	report(sk, turn, at_ns);
}
