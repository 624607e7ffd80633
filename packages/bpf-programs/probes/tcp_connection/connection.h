/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What is known of a connection or of a socket that waits for them, and how that is reported. */
#pragma once
#include "tcp_connection.h"
#include "living.h"
#include "strain.h"

/* What is known of a connection: the record of its end as it grows, and what was reported last. */
struct connection {
	struct tcp_closed record;
	__u64 begun_ns; /* connect() was called, or it was accepted */
	__u64 reported_bytes;
	__u32 reported_retransmits;
	__u32 listed_by; /* the last walk that listed it */
	__u8 opened;     /* and its end is not reported yet */
	__u8 told;       /* that it is open */
	__u8 existing;   /* it was found open */
	__u8 listening;  /* and that is reported */
	struct strain strain;
};

struct {
	__uint(type, BPF_MAP_TYPE_SK_STORAGE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, int);
	__type(value, struct connection);
} connections SEC(".maps");

static __always_inline struct connection *begin(struct sock *sk, int role)
{
	struct connection *connection = bpf_sk_storage_get(&connections, sk, 0, BPF_SK_STORAGE_GET_F_CREATE);
	if (!connection) {
		lost(LOST_STORAGE);
		return 0;
	}
	socket_identify(&connection->record.socket, sk);
	connection->record.role = role;
	return connection;
}

static __always_inline struct connection *connection_of(struct sock *sk)
{
	return sk->sk_bpf_storage ? bpf_sk_storage_get(&connections, sk, 0, 0) : 0;
}

/*
 * Payload sent, each byte once. bytes_sent - bytes_retrans is that, unless a packet was dropped on its way out of this
 * host: see role_of. What has passed is, but for a FIN that counts as one byte.
 */
static __always_inline __u64 payload_sent(struct sock *sk, int role)
{
	__u64 sent = tcp_read(sk, bytes_sent) - tcp_read(sk, bytes_retrans);
	__u64 passed = tcp_read(sk, bytes_acked) + (__u32)(tcp_read(sk, snd_nxt) - tcp_read(sk, snd_una)) - (role == CLIENT);
	return sent < passed ? sent : passed;
}

static __always_inline void count(struct tcp_totals *totals, struct sock *sk, int role)
{
	totals->bytes_sent = payload_sent(sk, role);
	__u64 fin = sk->__sk_common.skc_flags >> SOCK_DONE & 1; /* which is counted as a byte */
	totals->bytes_received = tcp_read(sk, bytes_received) - fin;
	totals->retransmits = tcp_read(sk, total_retrans);
	totals->srtt_us = tcp_read(sk, srtt_us) >> 3;
}

static __always_inline void remember_reported(struct connection *connection, const struct tcp_totals *totals)
{
	connection->reported_bytes = totals->bytes_sent + totals->bytes_received;
	connection->reported_retransmits = totals->retransmits;
}

/* What finds no room is told by the next walk, or with its end: nothing is lost. */
static __always_inline void tell_opened(struct sock *sk, struct connection *connection)
{
	struct tcp_opened *record = try_reserve(tcp_opened);
	connection->told = record != 0;
	if (!record)
		return;
	if (!connection->existing)
		record->header.boot_ns = connection->begun_ns + connection->record.connect_ns;
	record->socket = connection->record.socket;
	count(&record->totals, sk, connection->record.role);
	remember_reported(connection, &record->totals);
	record->connect_ns = connection->record.connect_ns;
	record->pid = connection->record.pid;
	record->role = connection->record.role;
	record->existing = connection->existing;
	__builtin_memset(record->pad, 0, sizeof(record->pad));
	submit(record);
}

static __always_inline void report_opened(struct sock *sk, struct connection *connection, __u8 existing)
{
	connection->told = 1; /* so that a walk on another CPU doesn't tell it, too */
	connection->opened = 1;
	connection->existing = existing;
	tell_opened(sk, connection);
}

static __always_inline void report_closed(struct connection *connection)
{
	connection->opened = 0;
	connection->begun_ns = 0;
	strain_report(&connection->strain, connection->record.socket.cookie, STRAIN_LAST);
	if (output(tcp_closed, &connection->record, sizeof(connection->record), bpf_ktime_get_boot_ns()) && connection->told)
		living_ask();
	connection->told = 0;
}

static __always_inline void report_listening(struct sock *sk, __u32 pid)
{
	struct connection *connection = bpf_sk_storage_get(&connections, sk, 0, BPF_SK_STORAGE_GET_F_CREATE);
	if (!connection)
		lost(LOST_STORAGE);
	if (!connection || connection->listening)
		return;
	struct tcp_listening *record = try_reserve(tcp_listening);
	if (!record)
		return; /* the next walk tells it */
	connection->listening = 1;
	socket_identify(&record->socket, sk);
	record->pid = pid;
	record->pad = 0;
	submit(record);
}
