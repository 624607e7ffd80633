/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Records: how a program tells user space something, and the only way it can.
 *
 * A record is a struct whose first member is a record_header. The header carries the struct's own BTF type id, so there
 * is no enum of kinds to edit, and every record that can be sent stands in the object's BTF, from which the TypeScript
 * reader is generated. What could not be sent is counted in the same place.
 *
 * Rules for a record: widest member first, padding explicit (pad…), no pointers, no bit-fields, no unions, no arrays but
 * of bytes. Its last array may be sent in part: the record then ends where the array's content does.
 */
#pragma once
#include "kernel.h"
#include <bpf/bpf_helpers.h>

struct record_header {
	__u32 type_id;
	__u16 probe_id;
	__u16 cpu;
	__u64 boot_ns;
};

/* What was lost, and why. User space reads the names from the object's BTF. */
enum loss {
	LOST_RING_BUFFER, /* a record: the ring buffer was full */
	LOST_STORAGE,     /* what a socket's or task's storage would have remembered */
	LOST_UNFINISHED,  /* that a response went on: said later than it should be */
	LOST_UNREADABLE,  /* what a program received in a way that isn't followed */
	LOST_CONTENDED,   /* what another CPU kept from being written down, for too long */
	LOSSES,
};

/* Keeps the enumerators in the BTF: what only inlined functions mention isn't. */
const volatile enum loss no_loss = LOSSES;

/* Set by the loader. */
const volatile __u16 probe_id = 0;
/* Producer bytes between two forced wake-ups: a quarter of the ring buffer. */
const volatile __u64 wake_bytes = 4 << 20;
/* Producer position at which the next one is due. */
__u64 wake_at = 0;

/* The loader sets its size. */
struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 16 << 20);
} records SEC(".maps");

/* By enum loss. */
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, LOSSES);
	__type(key, __u32);
	__type(value, __u64);
} losses SEC(".maps");

/* Records that were sent. */
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u64);
} sent SEC(".maps");

static __always_inline void lost(__u32 which)
{
	__u64 *count = bpf_map_lookup_elem(&losses, &which);
	if (count)
		*count += 1;
}

static __always_inline void count_sent(void)
{
	__u32 zero = 0;
	__u64 *count = bpf_map_lookup_elem(&sent, &zero);
	if (count)
		*count += 1;
}

/* Whether to wake the reader: once per wake_bytes, since a wake-up costs more than a record. */
static __always_inline __u64 wake_flags(void)
{
	__u64 position = bpf_ringbuf_query(&records, BPF_RB_PROD_POS);
	if (position < wake_at)
		return BPF_RB_NO_WAKEUP;
	wake_at = position + wake_bytes;
	return BPF_RB_FORCE_WAKEUP;
}

static __always_inline void fill_header(struct record_header *header, __u32 type_id, __u64 boot_ns)
{
	header->type_id = type_id;
	header->probe_id = probe_id;
	header->cpu = bpf_get_smp_processor_id();
	header->boot_ns = boot_ns;
}

static __always_inline void *try_reserve_bytes(__u32 size, __u32 type_id)
{
	struct record_header *header = bpf_ringbuf_reserve(&records, size, 0);
	if (header)
		fill_header(header, type_id, bpf_ktime_get_boot_ns());
	return header;
}

static __always_inline void *reserve_bytes(__u32 size, __u32 type_id)
{
	void *header = try_reserve_bytes(size, type_id);
	if (!header)
		lost(LOST_RING_BUFFER);
	return header;
}

static __always_inline long try_output_bytes(void *record, __u32 size, __u32 type_id, __u64 boot_ns)
{
	fill_header(record, type_id, boot_ns);
	long error = bpf_ringbuf_output(&records, record, size, wake_flags());
	if (!error)
		count_sent();
	return error;
}

static __always_inline long output_bytes(void *record, __u32 size, __u32 type_id, __u64 boot_ns)
{
	long error = try_output_bytes(record, size, type_id, boot_ns);
	if (error)
		lost(LOST_RING_BUFFER);
	return error;
}

#define record_type_id(type) __builtin_btf_type_id(*(struct type *)0, 0)

/* A record of `struct type` in the ring buffer, its header filled; 0 (and counted) if there is no room. Not zeroed. */
#define reserve(type) ((struct type *)reserve_bytes(sizeof(struct type), record_type_id(type)))

/* Sends a reserved record. */
#define submit(record)                                     \
	({                                                 \
		bpf_ringbuf_submit((record), wake_flags()); \
		count_sent();                              \
	})

/*
 * Sends the first `size` bytes of a `struct type` that stands elsewhere (storage, scratch), stamped at_ns (boot time);
 * an error (and counted) if there is no room.
 */
#define output(type, record, size, at_ns) output_bytes((record), (size), record_type_id(type), (at_ns))

/* The same for who tells it later if there is no room now: then nothing is lost, and nothing counted. */
#define try_reserve(type) ((struct type *)try_reserve_bytes(sizeof(struct type), record_type_id(type)))
#define try_output(type, record, size, at_ns) try_output_bytes((record), (size), record_type_id(type), (at_ns))
