// SPDX-License-Identifier: MIT
/* Opening objects, and attaching: the calls of libbpf that return pointers, for which FFI loses
 * errno. */
#include "kit.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <linux/perf_event.h>
#include <signal.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

/* enum bpf_attach_type of kernel 6.6 */
#define TCX_INGRESS 46
#define TCX_EGRESS 47

/* of the kernel's include/linux/bpf_verifier.h */
#define BPF_LOG_STATS 4

static long handle(const void *pointer)
{
	return pointer ? (long)pointer : -errno;
}

/* The object in these bytes, which libbpf copies. */
KIT_API long kit_open(const void *bytes, __u64 size, const char *name)
{
	LIBBPF_OPTS(bpf_object_open_opts, opts, .object_name = name);

	if (kit.box->log_debug == LOG_STATISTICS)
		opts.kernel_log_level = BPF_LOG_STATS;

	return handle(bpf_object__open_mem(bytes, size, &opts));
}

/* Before load: set a part of .rodata, the constants of the programs. */
KIT_API int kit_set_rodata(struct bpf_object *object, __u32 offset, const void *bytes, __u32 length)
{
	struct bpf_map *map = bpf_object__find_map_by_name(object, ".rodata");
	size_t size = 0;
	__u8 *data = map ? (__u8 *)bpf_map__initial_value(map, &size) : NULL;

	/* from libbpf 1.6 on, writing would be a fault then */
	if (map && bpf_map__fd(map) >= 0)
		return -EBUSY;
	if (!data || offset + length > size)
		return -ERANGE;
	memcpy(data + offset, bytes, length);
	return 0;
}

/*
 * Without signals: the verifier gives up with EAGAIN when one is pending, and libbpf tries five
 * times only, which a profiler's do not outlast (signal_pending() in do_check()).
 */
KIT_API int kit_load(struct bpf_object *object)
{
	sigset_t all, before;
	int err;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	err = bpf_object__load(object);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	return err;
}

/* As the section of the program says. */
KIT_API long kit_attach(const struct bpf_program *program)
{
	return handle(bpf_program__attach(program));
}

KIT_API long kit_attach_kprobe(const struct bpf_program *program, int ret, const char *symbol)
{
	return handle(bpf_program__attach_kprobe(program, ret, symbol));
}

KIT_API long kit_attach_raw_tracepoint(const struct bpf_program *program, const char *name)
{
	return handle(bpf_program__attach_raw_tracepoint(program, name));
}

/* symbol may be empty: then the offset is one in the file. pid -1: every process. */
KIT_API long kit_attach_uprobe(const struct bpf_program *program, int ret, int pid,
			       const char *path, const char *symbol, __u64 offset)
{
	LIBBPF_OPTS(bpf_uprobe_opts, opts, .retprobe = ret, .func_name = *symbol ? symbol : NULL);

	return handle(bpf_program__attach_uprobe_opts(program, pid, path, offset, &opts));
}

/* A perf event or, with PERF_TYPE_TRACEPOINT, a tracepoint. The link owns the event. */
KIT_API long kit_attach_perf(const struct bpf_program *program, __u32 type, __u64 config,
			     __u64 sample, int frequency, int pid, int cpu)
{
	struct perf_event_attr attr = {
		.size = sizeof(attr),
		.type = type,
		.config = config,
		.sample_period = sample,
		.freq = frequency,
	};
	int fd = syscall(SYS_perf_event_open, &attr, pid, cpu, -1, PERF_FLAG_FD_CLOEXEC);
	long link;

	if (fd < 0)
		return -errno;
	link = handle(bpf_program__attach_perf_event(program, fd));
	if (link < 0)
		close(fd);
	return link;
}

KIT_API long kit_attach_cgroup(const struct bpf_program *program, int cgroup_fd)
{
	return handle(bpf_program__attach_cgroup(program, cgroup_fd));
}

/* Over the elements of a map, or the tasks of a process, or (-1 and 0) everything. */
KIT_API long kit_attach_iter(const struct bpf_program *program, int map_fd, __u32 pid)
{
	union bpf_iter_link_info info = {};
	LIBBPF_OPTS(bpf_iter_attach_opts, opts);

	if (map_fd >= 0)
		info.map.map_fd = map_fd;
	else if (pid)
		info.task.pid = pid;
	if (map_fd >= 0 || pid) {
		opts.link_info = &info;
		opts.link_info_len = sizeof(info);
	}
	return handle(bpf_program__attach_iter(program, &opts));
}

/* A descriptor, not a handle. flags are those of XDP (XDP_FLAGS_DRV_MODE, …). */
KIT_API int kit_attach_xdp(int program_fd, int ifindex, __u32 flags)
{
	LIBBPF_OPTS(bpf_link_create_opts, opts, .flags = flags);

	return bpf_link_create(program_fd, ifindex, BPF_XDP, &opts);
}

/* A descriptor, not a handle. -EINVAL where the kernel has no tcx. */
KIT_API int kit_attach_tcx(int program_fd, int ifindex, int egress)
{
	return bpf_link_create(program_fd, ifindex, egress ? TCX_EGRESS : TCX_INGRESS, NULL);
}
