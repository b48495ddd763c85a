// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/*
 * opensnoop: files that are opened, and those that could not be.
 *
 * Seen where the system call returns: the registers still hold its arguments,
 * and the kernel has just read the path from the caller's memory, so it can be
 * read again without a fault.
 *
 * Not seen: opens of 32-bit programs and of io_uring, and those that a signal
 * has interrupted. A path that another thread changes during the call may be
 * another one here than in the kernel.
 */
/* half a million opens per second, for a sixth of one */
#define RING_SIZE (8 * 1024 * 1024)

#include "bounds.h"
#include "call.h"
#include "current.h"
#include "file.h"
#include "kernel.h"
#include "path.h"
#include "ring.h"
#include "scratch.h"
#include "syscall.h"
#include "target.h"

#define PATH_MAX 4096 /* with its NUL */
#define AT_FDCWD -100
#define RESOLVE_IN_ROOT 0x10 /* include/uapi/linux/openat2.h */
#define O_ACCMODE 3
#define CREAT_FLAGS 01101 /* O_WRONLY | O_CREAT | O_TRUNC: open(2) */

/* The codes of include/linux/errno.h for calls that a signal interrupts and that may go on. */
#define ERESTARTSYS 512
#define ERESTART_RESTARTBLOCK 516

char LICENSE[] SEC("license") = "Dual BSD/GPL";

const volatile bool failed_only = false;
const volatile bool target_by_flags = false;
const volatile __u32 target_flags = 0;	      /* any of these bits, or ... */
const volatile __u32 target_access_modes = 0; /* ... one of these: bit n is mode n of O_ACCMODE */
const volatile bool with_directory = false;   /* what relative paths are relative to */
const volatile bool with_file = false;	      /* path of the opened file */

/* In the order of src/tools/opensnoop.ts. */
enum { OPEN, OPENAT, OPENAT2, CREAT, NONE };

struct open {
	time_ns_t time;
	cgroup_id_t cgroup_id;
	pid_t pid;
	pid_t tid;
	uid_t uid;
	__s32 ret; /* descriptor, or a negative errno */
	comm_t comm;
	__u32 flags;
	__u16 mode;
	__u8 call;
	flag_t path_truncated;
	tail_str_t path;       /* as it was asked for */
	tail_path_t directory; /* of a relative one */
	tail_path_t file;      /* that was opened */
	tail_path_t cgroup;
	flag_t is_readable; /* the path */
	flag_t is_relative;
	__u8 reserved[2];
	char tail[];
};

const struct open *open_event __attribute__((unused));

#define RECORD_MAX (TAIL(struct open) + PATH_MAX + 3 * (PATH_SPACE + PATH_NAME))

/* What a call asks for. */
struct request {
	__u64 path;
	__s32 dirfd;
	__u32 flags;
	__u16 mode;
	bool in_root; /* an absolute path begins at dirfd, too */
};

/* include/uapi/linux/openat2.h */
struct open_how {
	__u64 flags;
	__u64 mode;
	__u64 resolve;
};

static __always_inline struct request request_of(__u32 number, const __u64 *args)
{
	struct request r = { .path = args[0], .dirfd = AT_FDCWD };
	struct open_how how = {};

	if (number == OPEN) {
		r.flags = args[1];
		r.mode = args[2];
	} else if (number == CREAT) {
		r.flags = CREAT_FLAGS;
		r.mode = args[1];
	} else {
		r.dirfd = args[0];
		r.path = args[1];
		r.flags = args[2];
		r.mode = args[3];
	}
	if (number == OPENAT2) {
		bpf_probe_read_user(&how, sizeof(how), (void *)args[2]);
		r.flags = how.flags;
		r.mode = how.mode;
		r.in_root = how.resolve & RESOLVE_IN_ROOT;
	}
	return r;
}

static __always_inline bool is_wanted(long ret)
{
	if (failed_only && ret >= 0)
		return false;
	if (ret <= -ERESTARTSYS && ret >= -ERESTART_RESTARTBLOCK)
		return false;
	return is_target();
}

static __always_inline bool has_wanted_flags(__u32 flags)
{
	if (!target_by_flags)
		return true;
	return flags & target_flags || target_access_modes >> (flags & O_ACCMODE) & 1;
}

/* Append the path of a place, if there is one, and say how long it is. */
static __always_inline __u32 append_place(__u32 off, struct place at, tail_path_t *length)
{
	__u32 start = off;

	if (!at.dentry)
		return off;
	off = append_path(0, start, at.dentry, at.vfsmount);
	*length = off - start;
	return off;
}

static __always_inline int opened(__u32 number, const __u64 *args, long ret)
{
	struct request r = request_of(number, args);
	__u32 off = TAIL(struct open), start;
	struct open *e;
	long n;

	if (!has_wanted_flags(r.flags))
		return 0;
	e = scratch_slot(0);
	if (!e)
		return 0;
	__builtin_memset(e, 0, sizeof(*e));
	e->time = bpf_ktime_get_boot_ns();
	read_current(e);
	e->ret = ret;
	e->flags = r.flags;
	e->mode = r.mode;
	e->call = number;

	/* one byte more than the kernel takes tells what is too long */
	n = bpf_probe_read_user_str(e->tail, PATH_MAX + 1, (void *)r.path);
	if (n > 0) {
		e->is_readable = true;
		e->is_relative = e->tail[0] != '/' || r.in_root;
		e->path_truncated = n > PATH_MAX;
		e->path = n - 1;
		off += n - 1;
	}
	if (with_directory && e->is_relative)
		off = append_place(off,
				   r.dirfd == AT_FDCWD ? working_directory() : open_file(r.dirfd),
				   &e->directory);
	if (with_file && ret >= 0)
		off = append_place(off, open_file(ret), &e->file);
	start = off;
	off = append_own_cgroup(0, start);
	e->cgroup = off - start;
	send(e, at_most(off, RECORD_MAX));
	return 0;
}

static __always_inline __u32 call_number(int nr)
{
	if (nr == SYSCALL_OPENAT)
		return OPENAT;
	if (nr == SYSCALL_OPENAT2)
		return OPENAT2;
#ifdef SYSCALL_OPEN
	if (nr == SYSCALL_OPEN)
		return OPEN;
	if (nr == SYSCALL_CREAT)
		return CREAT;
#endif
	return NONE;
}

/*
 * Every system call comes by here, and what opens nothing leaves at once: that
 * is cheaper than the tracepoints of the calls, of which there are two for each.
 */
SEC("?tp_btf/sys_exit")
int BPF_PROG(open_tp_btf, const struct pt_regs *regs, long ret)
{
	__u32 number = call_number(SYSCALL_NR_TRUSTED(regs));

	if (number != NONE && is_wanted(ret) && !is_compat_call()) {
		__u64 args[4] = SYSCALL_ARGS_TRUSTED(regs);

		return opened(number, args, ret);
	}
	return 0;
}

SEC("?raw_tp/sys_exit")
int open_raw_tp(struct bpf_raw_tracepoint_args *ctx)
{
	const struct pt_regs *regs = (void *)ctx->args[0];
	__u32 number = call_number(SYSCALL_NR(regs));
	long ret = ctx->args[1];

	if (number != NONE && is_wanted(ret) && !is_compat_call()) {
		__u64 args[4] = SYSCALL_ARGS(regs);

		return opened(number, args, ret);
	}
	return 0;
}

static __always_inline int leave(__u32 number, long ret)
{
	struct call call;

	return leave_call(&call) && is_wanted(ret) ? opened(number, call.args, ret) : 0;
}

SEC("?tracepoint/syscalls/sys_enter_open")
int enter_open(struct trace_event_raw_sys_enter *ctx)
{
	return enter_call(ctx, 3);
}

SEC("?tracepoint/syscalls/sys_enter_openat")
int enter_openat(struct trace_event_raw_sys_enter *ctx)
{
	return enter_call(ctx, 4);
}

SEC("?tracepoint/syscalls/sys_enter_openat2")
int enter_openat2(struct trace_event_raw_sys_enter *ctx)
{
	return enter_call(ctx, 4);
}

SEC("?tracepoint/syscalls/sys_enter_creat")
int enter_creat(struct trace_event_raw_sys_enter *ctx)
{
	return enter_call(ctx, 2);
}

SEC("?tracepoint/syscalls/sys_exit_open")
int leave_open(struct trace_event_raw_sys_exit *ctx)
{
	return leave(OPEN, ctx->ret);
}

SEC("?tracepoint/syscalls/sys_exit_openat")
int leave_openat(struct trace_event_raw_sys_exit *ctx)
{
	return leave(OPENAT, ctx->ret);
}

SEC("?tracepoint/syscalls/sys_exit_openat2")
int leave_openat2(struct trace_event_raw_sys_exit *ctx)
{
	return leave(OPENAT2, ctx->ret);
}

SEC("?tracepoint/syscalls/sys_exit_creat")
int leave_creat(struct trace_event_raw_sys_exit *ctx)
{
	return leave(CREAT, ctx->ret);
}
