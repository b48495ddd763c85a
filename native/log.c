// SPDX-License-Identifier: MIT
/*
 * libbpf's messages, into the log area of the mailbox. A verifier log can have
 * megabytes; its beginning and its end are worth reading. So the first quarter
 * of the area keeps the beginning, the rest is a ring that keeps the end.
 */
#define _GNU_SOURCE
#include "kit.h"

#include <bpf/libbpf.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

__thread struct kit kit;

static void append(const char *text, size_t length)
{
	size_t head = kit.log.size / 4, tail = kit.log.size - head;

	while (length) {
		size_t at = kit.box->log_written, room, part;

		if (at >= head)
			at = head + (at - head) % tail;
		room = (at < head ? head : kit.log.size) - at;
		part = length < room ? length : room;
		memcpy(kit.log.data + at, text, part);
		kit.box->log_written += part;
		text += part;
		length -= part;
	}
}

static int print(enum libbpf_print_level level, const char *format, va_list args)
{
	char *text;
	int length;

	if (!kit.box || (level == LIBBPF_DEBUG && !kit.box->log_debug))
		return 0;
	length = vasprintf(&text, format, args);
	if (length < 0)
		return 0;
	append(text, length);
	free(text);
	return length;
}

/*
 * Register the calling thread's mailbox: the head, then the log, map and ring
 * areas, each starting 8-byte aligned. The buffer must live as long as the thread.
 */
KIT_API int kit_init(__u8 *buffer, __u32 head, __u32 log, __u32 map, __u32 ring)
{
	if (head < sizeof(struct mailbox))
		return -EINVAL;
	kit.log = (struct area){ buffer + head, log };
	kit.map = (struct area){ kit.log.data + log, map };
	kit.ring = (struct area){ kit.map.data + map, ring };
	kit.box = (struct mailbox *)buffer;
	libbpf_set_print(print);
	return 0;
}
