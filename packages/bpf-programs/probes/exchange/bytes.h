/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What bytes moved mean to a turn: of its request, of its response, or of the next. */
#pragma once
#include "early.h"

static __always_inline int on_request(struct sock *sk, struct turn *turn, __u32 length, int sending, const struct transfer *transfer)
{
	struct exchange *record = &turn->record;
	if (is_early_request(sk, turn))
		return on_early_request(sk, turn, length, transfer);
	__u64 at_ns = asked_ns(sk, record, sending);
	if (!record->turn || record->response_start_ns) {
		if (record->turn)
			finish(sk, turn, at_ns, 0);
		if (turn->verdict == IGNORE)
			return 0;
		start(sk, turn, at_ns, sequence_of(sk, length, sending, transfer));
	}
	/* Kept is what is contiguous from the first byte on: a gap (sendfile) ends the prefix. */
	__u32 have = record->request_prefix_length;
	if (have < REQUEST_PREFIX && have == record->request_bytes)
		record->request_prefix_length = have + copy_bytes(record->prefix, have, REQUEST_PREFIX, length, transfer);
	record->request_bytes += length;
	record->request_end_ns = at_ns;
	if (record->role == CLIENT && turn->early_bytes)
		answer_early(sk, turn, at_ns);
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

/* Likewise the last of several sends of an answer: seen after the next turn began, it belongs to the one before. */
static __always_inline int on_late_response(struct turn *turn, __u32 length, __u64 at_ns)
{
	const struct exchange *record = &turn->record;
	turn->bytes_before += length;
	if (record->turn > 1)
		report_continued(record->socket.cookie, (struct unfinished_response){ turn->bytes_before, at_ns, record->turn - 1, 0 }, at_ns, 0);
	return 0;
}

static __always_inline int on_response(struct sock *sk, struct turn *turn, __u32 length, int sending, const struct transfer *transfer)
{
	struct exchange *record = &turn->record;
	if (is_early_response(sk, turn, length, transfer))
		return on_early_response(sk, turn, length, transfer);
	if (!record->turn)
		return 0; /* the server speaks first, or the request went by before we looked */
	__u64 at_ns = answered_ns(sk, sending);
	if (record->role == SERVER && !record->response_start_ns && written_to(sk) == turn->answered_from)
		return on_late_response(turn, length, at_ns);
	record->response_end_ns = at_ns;
	record->response_bytes += length;
	/* Reported without a beginning it was by two CPUs at once, where turns aren't taken: it begins here. */
	if (turn->reported && record->response_start_ns) {
		if (opens_anew(turn, length, transfer))
			report_anew(turn, length, at_ns);
		return on_response_continued(turn);
	}
	record->response_start_ns = at_ns;
	record->response_sequence = sequence_of(sk, length, sending, transfer);
	__u32 request = record->request_prefix_length;
	if (request <= REQUEST_PREFIX) {
		record->response_prefix_length = copy_bytes(record->prefix + request, 0, RESPONSE_PREFIX, length, transfer);
		note_opening(sk, turn, request);
	}
	report(sk, turn, at_ns);
	if (record->role == SERVER && turn->early_bytes)
		start_early(sk, turn, at_ns);
	return 0;
}

static __always_inline int on_bytes(struct sock *sk, struct turn *turn, __u32 length, int sending, const struct transfer *transfer)
{
	int asking = sending == (turn->record.role == CLIENT);
	return asking ? on_request(sk, turn, length, sending, transfer) : on_response(sk, turn, length, sending, transfer);
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
