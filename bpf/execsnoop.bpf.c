// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/*
 * execsnoop: new programs, with their whole command line.
 *
 * A successful exec is seen at sched_process_exec, after the point of no
 * return: the arguments lie between arg_start and arg_end of the new mm, on
 * pages that the kernel has just written, so they can be read without a fault.
 * A failed one is seen where its system call returns, with the arguments still
 * in the caller's memory.
 *
 * Not seen: an exec that kills its own process after the point of no return,
 * and failed ones of 32-bit programs.
 */
#include "bounds.h"
#include "call.h"
#include "path.h"
#include "ring.h"
#include "scratch.h"
#include "syscall.h"
#include "task.h"

#define ARGS_MAX 32768 /* limit of --max-args-bytes */
#define ARGC_MAX 512   /* of a failed exec, whose arguments are read one by one */
#define PAGE 4096

char LICENSE[] SEC("license") = "Dual BSD/GPL";

const volatile __u32 args_bytes = 8 * 1024; /* at most ARGS_MAX */
const volatile bool with_paths = false;	    /* exe and cwd */

struct exec {
	struct task; /* tid: of the thread that called exec */
	errno_t ret;
	tail_path_t cwd;
	tail_path_t cgroup;
	tail_path_t exe;     /* of a successful exec: the file that runs */
	tail_str_t filename; /* of a failed one: as it was asked for */
	tail_argv_t args;
	flag_t args_truncated;
	__u8 reserved[3];
	char tail[];
};

const struct exec *exec_event __attribute__((unused));

/* Each kind of exec has its scratch slot. */
enum { DONE, FAILED };

/* Up to where paths can reach. The arguments begin below. */
#define ARGS_START (TAIL(struct exec) + 3 * (PATH_SPACE + PATH_NAME))

/* Append the paths of cwd and cgroup, which both kinds of exec have. */
static __always_inline __u32 append_places(struct exec *e, __u32 slot)
{
	const struct task_struct *task = (void *)bpf_get_current_task();
	__u32 start = TAIL(struct exec), off = start;

	if (with_paths) {
		off = append_path(slot, start, (__u64)BPF_CORE_READ(task, fs, pwd.dentry),
				  (__u64)BPF_CORE_READ(task, fs, pwd.mnt));
		e->cwd = off - start;
	}
	start = off;
	off = append_own_cgroup(slot, start);
	e->cgroup = off - start;
	return off;
}

/* Append the arguments of the new program; all at once, or else page by page. */
static __always_inline __u32 append_args(struct exec *e, __u32 off)
{
	const struct task_struct *task = (void *)bpf_get_current_task();
	__u64 from = BPF_CORE_READ(task, mm, arg_start);
	__u64 size = BPF_CORE_READ(task, mm, arg_end) - from;
	char *args = (char *)e + at_most(off, ARGS_START);
	__u32 done;

	if (size > args_bytes) {
		size = args_bytes;
		e->args_truncated = true;
	}
	size = at_most(size, ARGS_MAX);
	if (bpf_probe_read_user(args, size, (void *)from) == 0) {
		e->args = size;
		return off + size;
	}
	e->args_truncated = true;
	for (done = 0; done <= ARGS_MAX - PAGE && done + PAGE <= size; done += PAGE)
		if (bpf_probe_read_user(args + done, PAGE, (void *)(from + done)))
			break;
	e->args = done;
	return off + done;
}

static __always_inline int exec_done(pid_t old_pid)
{
	const struct task_struct *task = (void *)bpf_get_current_task();
	struct exec *e = begin(struct exec, DONE);
	__u32 off, start;

	if (!e)
		return 0;
	e->tid = old_pid;
	off = append_places(e, DONE);
	if (with_paths) {
		start = off;
		off = append_path(DONE, start,
				  (__u64)BPF_CORE_READ(task, mm, exe_file, f_path.dentry),
				  (__u64)BPF_CORE_READ(task, mm, exe_file, f_path.mnt));
		e->exe = off - start;
	}
	off = append_args(e, off);
	send(e, at_most(off, ARGS_START + ARGS_MAX));
	return 0;
}

SEC("?tp_btf/sched_process_exec")
int BPF_PROG(exec_tp_btf, struct task_struct *task, pid_t old_pid)
{
	return exec_done(old_pid);
}

SEC("?raw_tp/sched_process_exec")
int exec_raw_tp(struct bpf_raw_tracepoint_args *ctx)
{
	return exec_done(ctx->args[1]);
}

/* Append the strings of an argv that is still in the caller's memory. */
static __always_inline __u32 append_argv(struct exec *e, __u32 off, __u64 argv)
{
	char *args = (char *)e + at_most(off, ARGS_START);
	__u64 arg, size = 0, limit = at_most(args_bytes, ARGS_MAX);
	__u32 i;
	long n;

	for (i = 0; i < ARGC_MAX; i++) {
		if (bpf_probe_read_user(&arg, sizeof(arg), (void *)(argv + i * sizeof(arg))))
			break;
		if (!arg) {
			e->args = size;
			return off + size;
		}
		n = bpf_probe_read_user_str(args + size, ARGS_MAX + 1, (void *)arg);
		if (n < 0)
			break;
		/*
		 * Before v6.13 ("maccess: fix strncpy_from_user_nofault() empty
		 * string handling") the NUL of an empty string was written, but
		 * not counted. A branch here would triple the verifier's work.
		 */
		size += n + ((__u64)(n - 1) >> 63);
		if (size > limit) {
			size = limit;
			break;
		}
	}
	e->args_truncated = true;
	e->args = size;
	return off + size;
}

static __always_inline int exec_failed(__u64 filename, __u64 argv, long ret)
{
	struct exec *e;
	__u32 off;
	long n;

	if (ret >= 0)
		return 0;
	e = begin(struct exec, FAILED);
	if (!e)
		return 0;
	e->ret = ret;
	off = append_places(e, FAILED);
	off = at_most(off, ARGS_START - PATH_SPACE);
	n = bpf_probe_read_user_str((char *)e + off, PATH_SPACE, (void *)filename);
	if (n > 0) {
		e->filename = n - 1; /* without the NUL, which the arguments overwrite */
		off += n - 1;
	}
	off = append_argv(e, off, argv);
	send(e, at_most(off, ARGS_START + ARGS_MAX));
	return 0;
}

/*
 * Preferred to the tracepoints of the calls: one hook, attached and detached at
 * once, without tracefs. Every system call comes by here, and what did not fail
 * leaves at once.
 */
SEC("?raw_tp/sys_exit")
int failed_raw_tp(struct bpf_raw_tracepoint_args *ctx)
{
	const struct pt_regs *regs = (void *)ctx->args[0];
	long ret = ctx->args[1];
	int nr;

	if (ret >= 0 || is_compat_call())
		return 0;
	nr = SYSCALL_NR(regs);
	if (nr == SYSCALL_EXECVE)
		return exec_failed(SYSCALL_ARG1(regs), SYSCALL_ARG2(regs), ret);
	if (nr == SYSCALL_EXECVEAT)
		return exec_failed(SYSCALL_ARG2(regs), SYSCALL_ARG3(regs), ret);
	return 0;
}

SEC("?tracepoint/syscalls/sys_enter_execve")
int enter_execve(struct trace_event_raw_sys_enter *ctx)
{
	return enter_call(ctx, 3);
}

SEC("?tracepoint/syscalls/sys_enter_execveat")
int enter_execveat(struct trace_event_raw_sys_enter *ctx)
{
	return enter_call(ctx, 4);
}

SEC("?tracepoint/syscalls/sys_exit_execve")
int leave_execve(struct trace_event_raw_sys_exit *ctx)
{
	struct call call;

	return leave_call(&call) ? exec_failed(call.args[0], call.args[1], ctx->ret) : 0;
}

SEC("?tracepoint/syscalls/sys_exit_execveat")
int leave_execveat(struct trace_event_raw_sys_exit *ctx)
{
	struct call call;

	return leave_call(&call) ? exec_failed(call.args[1], call.args[2], ctx->ret) : 0;
}
