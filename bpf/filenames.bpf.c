// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/*
 * Files that get a name or lose their content without being opened: rename, link, symlink and
 * truncate, where they have succeeded. For `ebpf-kit baseline`.
 *
 * Not seen: calls of 32-bit programs and of io_uring. Paths are read when the call returns.
 */
#include "bounds.h"
#include "file.h"
#include "kernel.h"
#include "path.h"
#include "ring.h"
#include "scratch.h"
#include "syscall.h"
#include "target.h"

#define PATH_MAX 4096 /* with its NUL */
#define AT_FDCWD -100

char LICENSE[] SEC("license") = "Dual BSD/GPL";

struct filename {
	tail_str_t path;       /* as the call had it */
	tail_path_t directory; /* of a relative one */
	flag_t is_relative;
	__u8 reserved[3];
	char tail[];
};

const struct filename *filename_event __attribute__((unused));

#define RECORD_MAX (TAIL(struct filename) + PATH_MAX + PATH_SPACE + PATH_NAME)

/* Which arguments say where the name is; negative: the working directory, or no such call. */
struct place_arguments {
	__s8 directory;
	__s8 path;
};

static __always_inline struct place_arguments arguments_of(int nr)
{
	switch (nr) {
	case SYSCALL_TRUNCATE:
		return (struct place_arguments){ -1, 0 };
	case SYSCALL_SYMLINKAT:
		return (struct place_arguments){ 1, 2 };
	case SYSCALL_RENAMEAT:
	case SYSCALL_RENAMEAT2:
	case SYSCALL_LINKAT:
		return (struct place_arguments){ 2, 3 };
#ifdef SYSCALL_RENAME
	case SYSCALL_RENAME:
	case SYSCALL_LINK:
	case SYSCALL_SYMLINK:
		return (struct place_arguments){ -1, 1 };
#endif
	}
	return (struct place_arguments){ -1, -1 };
}

static __always_inline __u64 pick(const __u64 *args, __s8 i)
{
	return i == 0 ? args[0] : i == 1 ? args[1] : i == 2 ? args[2] : args[3];
}

static __always_inline int named(struct place_arguments at, const __u64 *args)
{
	int dirfd = at.directory < 0 ? AT_FDCWD : (int)pick(args, at.directory);
	__u32 off = TAIL(struct filename), start;
	struct filename *e = scratch_slot(0);
	struct place directory;
	long n;

	if (!e)
		return 0;
	__builtin_memset(e, 0, sizeof(*e));
	n = bpf_probe_read_user_str(e->tail, PATH_MAX, (void *)pick(args, at.path));
	if (n > 0) {
		e->is_relative = e->tail[0] != '/';
		e->path = n - 1;
		off += n - 1;
	}
	if (e->is_relative) {
		directory = dirfd == AT_FDCWD ? working_directory() : open_file(dirfd);
		start = off;
		if (directory.dentry)
			off = append_path(0, start, directory.dentry, directory.vfsmount);
		e->directory = off - start;
	}
	send(e, at_most(off, RECORD_MAX));
	return 0;
}

SEC("?tp_btf/sys_exit")
int BPF_PROG(filename_tp_btf, const struct pt_regs *regs, long ret)
{
	struct place_arguments at = arguments_of(SYSCALL_NR_TRUSTED(regs));

	if (at.path >= 0 && !ret && is_target() && !is_compat_call()) {
		__u64 args[4] = SYSCALL_ARGS_TRUSTED(regs);

		return named(at, args);
	}
	return 0;
}

SEC("?raw_tp/sys_exit")
int filename_raw_tp(struct bpf_raw_tracepoint_args *ctx)
{
	const struct pt_regs *regs = (void *)ctx->args[0];
	struct place_arguments at = arguments_of(SYSCALL_NR(regs));

	if (at.path >= 0 && !ctx->args[1] && is_target() && !is_compat_call()) {
		__u64 args[4] = SYSCALL_ARGS(regs);

		return named(at, args);
	}
	return 0;
}
