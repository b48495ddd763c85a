// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/*
 * Two rings at once, records of every length, discarded ones. The test asks for
 * a record by calling umask(): the lowest 16 bits are the record's number, the
 * next 14 the length of its text, and the top two say what kind it is.
 */
#include "kernel.h"

char LICENSE[] SEC("license") = "Dual BSD/GPL";

enum { NOTE, PAGE, DISCARDED };

#define TEXT_MAX 16383

const volatile pid_t target = 0;

struct note {
	__u32 number;
	__u32 cpu;
};

struct page {
	__u32 number;
	tail_str_t text;
	char tail[];
};

const struct note *note_event __attribute__((unused));
const struct page *page_event __attribute__((unused));

__u64 not_lost = 0; /* so that `lost` has an offset of its own */
__u64 lost = 0;

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 64 * 1024);
} note_events SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 64 * 1024);
} page_events SEC(".maps");

/* what pages are copied from; the test writes the text */
struct sheet {
	struct note head;
	__u8 text[TEXT_MAX + 1];
};

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct sheet);
} sheets SEC(".maps");

/* struct syscall_trace_enter */
struct umask_call {
	__u64 common;
	__s64 nr;
	__u64 mask;
};

static __always_inline int note(__u32 number, bool discard)
{
	struct note *note = bpf_ringbuf_reserve(&note_events, sizeof(*note), 0);

	if (!note) {
		__sync_fetch_and_add(&lost, 1);
		return 0;
	}
	note->number = number;
	note->cpu = bpf_get_smp_processor_id();
	if (discard)
		bpf_ringbuf_discard(note, 0);
	else
		bpf_ringbuf_submit(note, 0);
	return 0;
}

static __always_inline int page(__u32 number, __u32 length)
{
	__u32 zero = 0;
	struct sheet *sheet = bpf_map_lookup_elem(&sheets, &zero);

	if (!sheet)
		return 0;
	sheet->head.number = number;
	sheet->head.cpu = length; /* the place of page.text */
	if (bpf_ringbuf_output(&page_events, sheet, sizeof(struct page) + length, 0))
		__sync_fetch_and_add(&lost, 1);
	return 0;
}

SEC("tracepoint/syscalls/sys_enter_umask")
int on_umask(struct umask_call *call)
{
	__u32 mask = call->mask, number = mask & 0xffff, kind = mask >> 30;

	if (bpf_get_current_pid_tgid() >> 32 != target)
		return 0;
	return kind == PAGE ? page(number, (mask >> 16) & TEXT_MAX)
			    : note(number, kind == DISCARDED);
}
