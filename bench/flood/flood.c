// SPDX-License-Identifier: MIT
/*
 * Sends frames into an interface as fast as one CPU can, by test runs with live frames (Linux
 * 5.18): they come out at the other end as from a driver, and are taken care of on the same CPU
 * before the next ones are sent. So what one takes is what sending and receiving take together.
 *
 * flood OBJECT IFACE COUNT < FRAMES
 *
 * FRAMES are 4096 frames of 60 bytes, sent in turn. One line is said when all are sent: the time of
 * the processor and of the clock that it took, in ns.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <net/if.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#define FRAME 60
#define FRAMES 4096

static int fail(const char *what)
{
	fprintf(stderr, "flood: %s: %s\n", what, strerror(errno));
	return 1;
}

static unsigned long long now(clockid_t clock)
{
	struct timespec time;

	clock_gettime(clock, &time);
	return time.tv_sec * 1000000000ULL + time.tv_nsec;
}

static int stay_on_first_cpu(void)
{
	cpu_set_t first;

	CPU_ZERO(&first);
	CPU_SET(0, &first);
	return sched_setaffinity(0, sizeof(first), &first);
}

/* Both objects of the file are of one variable each. */
static struct bpf_object *load(const char *path, unsigned int ifindex)
{
	struct bpf_object *object = bpf_object__open_file(path, NULL);
	struct bpf_map *constants;

	if (!object)
		return NULL;
	constants = bpf_object__find_map_by_name(object, ".rodata");
	bpf_program__set_autoload(bpf_object__find_program_by_name(object, "flood"), true);
	if (bpf_map__set_initial_value(constants, &ifindex, sizeof(ifindex)) ||
	    bpf_object__load(object))
		return NULL;
	return object;
}

static int read_frames(int map)
{
	char frame[FRAME];
	__u32 i;

	for (i = 0; i < FRAMES; i++) {
		if (fread(frame, sizeof(frame), 1, stdin) != 1) {
			errno = EINVAL;
			return -1;
		}
		if (bpf_map_update_elem(map, &i, frame, BPF_ANY))
			return -1;
	}
	return 0;
}

int main(int argc, char **argv)
{
	unsigned char packet[FRAME] = {};
	struct bpf_object *object;
	unsigned long long cpu, clock;
	unsigned int ifindex;

	LIBBPF_OPTS(bpf_test_run_opts, opts, .data_in = packet, .data_size_in = sizeof(packet),
		    .flags = BPF_F_TEST_XDP_LIVE_FRAMES);

	if (argc != 4)
		return 2;
	ifindex = if_nametoindex(argv[2]);
	opts.repeat = atoi(argv[3]);
	if (!ifindex)
		return fail(argv[2]);
	object = load(argv[1], ifindex);
	if (!object)
		return fail(argv[1]);
	if (read_frames(bpf_object__find_map_fd_by_name(object, "frames")))
		return fail("frames");
	if (stay_on_first_cpu())
		return fail("stay on one CPU");
	cpu = now(CLOCK_PROCESS_CPUTIME_ID);
	clock = now(CLOCK_MONOTONIC);
	if (bpf_prog_test_run_opts(
		    bpf_program__fd(bpf_object__find_program_by_name(object, "flood")), &opts))
		return fail("send");
	printf("%llu %llu\n", now(CLOCK_PROCESS_CPUTIME_ID) - cpu, now(CLOCK_MONOTONIC) - clock);
	return 0;
}
