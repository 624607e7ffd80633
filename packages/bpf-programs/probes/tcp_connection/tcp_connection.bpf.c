// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * tcp_connection: connections as they are made, live and end, and the sockets that wait for them.
 *
 *	connect()           SYN_SENT      who and when is noted in the socket's storage; current is the caller
 *	  answered          ESTABLISHED   tcp_opened, client
 *	  not               CLOSE         tcp_closed with the cause, from sk_err
 *	accepted            ESTABLISHED   tcp_opened, server: in softirq, so current is anybody
 *	listen()            LISTEN        tcp_listening
 *	reset, timed out    CLOSE         tcp_closed with the cause
 *	closed              CLOSE         the totals are noted: a disconnect clears them. Then the socket's end: tcp_closed;
 *	                                  a reset that we send comes between
 *
 * The iterators find what was there before, with its owners, and, run again and again, sample what lives. What goes wrong
 * meanwhile (drops, resets) is noted in the socket's storage where it happens, and told with the next sample or the end.
 * They also tell what found no room in the ring buffer, and of ends that did not, which connections are left (living.h).
 */
#include "accept_queue.h"
#include "connection.h"
#include "drops.h"
#include <bpf/bpf_tracing.h>

char LICENSE[] SEC("license") = "Dual BSD/GPL";

/* include/uapi/asm-generic/errno.h */
enum { ENETUNREACH = 101, ECONNRESET = 104, ETIMEDOUT = 110, ECONNREFUSED = 111, EHOSTUNREACH = 113, EPIPE = 32 };

static __always_inline __u8 failure_of(int error)
{
	switch (error) {
	case 0:
		return FAILED_NOT;
	case ECONNREFUSED:
		return FAILED_REFUSED;
	case ECONNRESET:
	case EPIPE:
		return FAILED_RESET;
	case ETIMEDOUT:
		return FAILED_TIMEOUT;
	case ENETUNREACH:
	case EHOSTUNREACH:
		return FAILED_UNREACHABLE;
	default:
		return FAILED_ABORTED;
	}
}

static __always_inline void on_connecting(struct sock *sk)
{
	struct connection *connection = begin(sk, CLIENT);
	if (!connection)
		return;
	/* A socket may connect again, after it failed or was disconnected. */
	if (connection->opened)
		report_closed(connection);
	__builtin_memset(&connection->record.totals, 0, sizeof(connection->record.totals));
	__builtin_memset(&connection->strain, 0, sizeof(connection->strain));
	connection->listening = 0;
	connection->begun_ns = bpf_ktime_get_boot_ns();
	connection->record.pid = bpf_get_current_pid_tgid() >> 32;
	connection->record.failure = FAILED_NOT;
	connection->record.connect_ns = 0;
}

static __always_inline void on_established(struct sock *sk, int before)
{
	struct connection *connection = connection_of(sk);
	if (!connection && before == TCP_SYN_RECV)
		connection = begin(sk, SERVER);
	if (!connection || connection->opened)
		return; /* connect() was called before the probe was there: the iterator finds it */
	__u64 now_ns = bpf_ktime_get_boot_ns();
	if (connection->begun_ns)
		connection->record.connect_ns = now_ns - connection->begun_ns;
	else
		connection->begun_ns = now_ns;
	/* Only once connect() has chosen it is the local address sure. */
	socket_identify(&connection->record.socket, sk);
	report_opened(sk, connection, 0);
}

static __always_inline void on_close(struct sock *sk, int before)
{
	struct connection *connection = connection_of(sk);
	if (!connection)
		return;
	if (connection->listening)
		report_queue(sk, 1);
	connection->listening = 0;
	if (!connection->opened && !connection->begun_ns)
		return;
	strain_end(&connection->strain, sk);
	__u8 failure = failure_of(sk->sk_err);
	if (!connection->opened) {
		/* Only once connect() has chosen it is the local address sure. */
		socket_identify(&connection->record.socket, sk);
		if (!failure)
			failure = FAILED_ABORTED; /* given up here */
	}
	count(&connection->record.totals, sk, connection->record.role);
	connection->record.failure = failure;
	if (failure)
		report_closed(connection);
}

SEC("tp_btf/inet_sock_set_state")
int BPF_PROG(tcp_state_changed, struct sock *sk, int before, int now)
{
	if (!is_tcp(sk))
		return 0;
	if (now == TCP_SYN_SENT)
		on_connecting(sk);
	else if (now == TCP_ESTABLISHED)
		on_established(sk, before);
	else if (now == TCP_LISTEN && sk->__sk_common.skc_num) { /* an unbound one has no port yet: the iterator finds it */
		report_listening(sk, bpf_get_current_pid_tgid() >> 32);
		report_queue(sk, 0);
	}
	else if (now == TCP_CLOSE)
		on_close(sk, before);
	return 0;
}

/* We reset it: SO_LINGER 0, data left unread, or data that came after the end. */
SEC("tp_btf/tcp_send_reset")
int BPF_PROG(tcp_reset_sent, struct sock *sk)
{
	struct connection *connection = sk ? bpf_sk_storage_get(&connections, sk, 0, 0) : 0;
	if (connection && connection->opened) {
		connection->record.failure = FAILED_RESET;
		connection->strain.record.resets |= RESET_SENT;
	}
	return 0;
}

/* The peer resets it, or refuses to be connected. The state changes next, and its failure is told there. */
SEC("tp_btf/tcp_receive_reset")
int BPF_PROG(tcp_reset_received, struct sock *sk)
{
	struct connection *connection = connection_of(sk);
	if (connection)
		connection->strain.record.resets |= RESET_RECEIVED;
	return 0;
}

/*
 * A packet is thrown away, here as it comes in (receiver) or on its way out (its skb's socket). A request's or a TIME_WAIT
 * socket isn't a whole one.
 */
SEC("tp_btf/kfree_skb")
int BPF_PROG(tcp_segment_dropped, struct sk_buff *skb, void *location, __u32 kernel_reason, struct sock *receiver)
{
	struct sock *sk = receiver ? receiver : skb->sk;
	if (!sk)
		return 0;
	unsigned char state = sk->__sk_common.skc_state;
	if (state == TCP_TIME_WAIT || state == TCP_NEW_SYN_RECV || !is_tcp(sk))
		return 0;
	__u32 reason = drop_reason_of(kernel_reason);
	if (reason == DROP_QUEUE_PURGE) /* what a socket that ends still held: one a connection, and nothing is lost */
		return 0;
	if (reason == DROP_TCP_OLD_SEQUENCE && !payload_of(skb)) /* a probe, of a closed window or to keep it alive: answered */
		return 0;
	drops_count(reason);
	struct connection *connection = connection_of(sk);
	if (connection) {
		__sync_fetch_and_add(&connection->strain.record.drops, 1);
		connection->strain.record.drop_reason = reason;
	}
	return 0;
}

SEC("tp_btf/tcp_destroy_sock")
int BPF_PROG(tcp_socket_destroyed, struct sock *sk)
{
	struct connection *connection = connection_of(sk);
	if (connection && connection->opened)
		report_closed(connection);
	return 0;
}

static __always_inline void sample(struct sock *sk, struct connection *connection)
{
	strain_measure(&connection->strain, sk);
	strain_report(&connection->strain, connection->record.socket.cookie, STRAIN_AGAIN);
	struct tcp_sampled record = { .socket = connection->record.socket };
	count(&record.totals, sk, connection->record.role);
	if (record.totals.bytes_sent + record.totals.bytes_received == connection->reported_bytes &&
	    record.totals.retransmits == connection->reported_retransmits)
		return; /* nothing is new */
	if (!try_output(tcp_sampled, &record, sizeof(record), bpf_ktime_get_boot_ns()))
		remember_reported(connection, &record.totals);
}

static __always_inline struct connection *on_open_found(struct sock *sk, struct connection *connection, __u32 pid)
{
	if (!connection)
		connection = begin(sk, role_of(sk));
	if (!connection)
		return 0;
	if (!connection->record.pid && pid) {
		connection->record.pid = pid;
		if (connection->opened)
			connection->strain.record.pid = pid; /* it was said to be nobody's */
	}
	if (!connection->opened)
		report_opened(sk, connection, 1);
	else if (connection->told)
		sample(sk, connection);
	else
		tell_opened(sk, connection);
	return connection;
}

/* A socket as an iterator finds it; pid 0: its owner isn't known. */
static __always_inline void on_found(struct sock *sk, __u32 pid)
{
	int state = sk->__sk_common.skc_state;
	if (state == TCP_LISTEN) {
		report_listening(sk, pid);
		report_queue(sk, 0);
	}
	struct connection *connection = connection_of(sk);
	if (state == TCP_ESTABLISHED || state == TCP_CLOSE_WAIT)
		connection = on_open_found(sk, connection, pid);
	if (connection && connection->opened && connection->told)
		living_list(connection->record.socket.cookie, &connection->listed_by);
}

/* What processes hold, in all network namespaces. */
SEC("iter/task_file")
int tcp_sockets_of_tasks(struct bpf_iter__task_file *context)
{
	struct task_struct *task = context->task;
	struct file *file = context->file;
	if (!task || !file) {
		measure_jiffy();
		return 0; /* the end of the walk */
	}
	if (!context->meta->seq_num)
		living_begin();
	struct socket *socket = (struct socket *)bpf_sock_from_file(file);
	struct sock *sk = socket ? socket->sk : 0;
	if (sk && is_tcp(sk))
		on_found(sk, task->tgid);
	return 0;
}

/* What nobody holds, in the caller's network namespace: established, but not accepted yet; closed, but not over yet. Runs after the other. */
SEC("iter/tcp")
int tcp_sockets(struct bpf_iter__tcp *context)
{
	struct sock_common *common = context->sk_common;
	if (!common) {
		living_end();
		return 0; /* the end of the walk */
	}
	struct sock *sk = (struct sock *)bpf_skc_to_tcp_sock(common);
	if (sk) /* neither half open nor in TIME_WAIT, which aren't full sockets */
		on_found(sk, 0);
	return 0;
}

/* Not attached: user space runs it each 5 s. Why segments were dropped since. */
SEC("raw_tp/sonde_drops")
int tcp_drops_told(void *context)
{
	drops_tell();
	return 0;
}
