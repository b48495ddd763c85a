/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * A system call's number and arguments as the raw sys_exit tracepoint hands
 * them over: the registers saved at entry. A BTF tracepoint's pointer to them is
 * trusted, and read without a helper.
 */
#ifndef EBPF_KIT_SYSCALL_H
#define EBPF_KIT_SYSCALL_H

#include "current.h"
#include "kernel.h"

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)

#if defined(__TARGET_ARCH_x86)

struct pt_regs {
	unsigned long di, si, dx, r10, r8, r9, ax, orig_ax;
};

#define SYSCALL_NR(regs) ((int)BPF_CORE_READ(regs, orig_ax))
#define SYSCALL_NR_TRUSTED(regs) ((int)(regs)->orig_ax)
#define SYSCALL_ARGS_TRUSTED(regs)                                                                 \
	{                                                                                          \
		(regs)->di, (regs)->si, (regs)->dx, (regs)->r10                                    \
	}
#define SYSCALL_ARG1(regs) BPF_CORE_READ(regs, di)
#define SYSCALL_ARG2(regs) BPF_CORE_READ(regs, si)
#define SYSCALL_ARG3(regs) BPF_CORE_READ(regs, dx)
#define SYSCALL_ARG4(regs) BPF_CORE_READ(regs, r10)
#define SYSCALL_ARG5(regs) BPF_CORE_READ(regs, r8)
#define SYSCALL_READ 0
#define SYSCALL_RECVFROM 45
#define SYSCALL_RECVMSG 47
#define SYSCALL_ACCEPT 43
#define SYSCALL_ACCEPT4 288
#define SYSCALL_EXECVE 59
#define SYSCALL_EXECVEAT 322
#define SYSCALL_OPEN 2
#define SYSCALL_CREAT 85
#define SYSCALL_OPENAT 257
#define SYSCALL_OPENAT2 437
#define SYSCALL_TRUNCATE 76
#define SYSCALL_RENAME 82
#define SYSCALL_LINK 86
#define SYSCALL_SYMLINK 88
#define SYSCALL_RENAMEAT 264
#define SYSCALL_LINKAT 265
#define SYSCALL_SYMLINKAT 266
#define SYSCALL_RENAMEAT2 316

struct thread_info {
	__u32 status;
};

#define TS_COMPAT 0x0002 /* arch/x86/include/asm/thread_info.h */
#define IS_COMPAT(task) (BPF_CORE_READ(task, thread_info.status) & TS_COMPAT)
#define IS_COMPAT_TRUSTED(task) ((task)->thread_info.status & TS_COMPAT)

/* of a kernel function, as kprobes see it */
#define FUNCTION_ARG1(regs) BPF_CORE_READ(regs, di)
#define FUNCTION_ARG2(regs) BPF_CORE_READ(regs, si)
#define FUNCTION_RESULT(regs) BPF_CORE_READ(regs, ax)

#elif defined(__TARGET_ARCH_arm64)

struct pt_regs {
	__u64 regs[31];
	__u64 orig_x0;
	__s32 syscallno;
};

#define SYSCALL_NR(regs) BPF_CORE_READ(regs, syscallno)
#define SYSCALL_NR_TRUSTED(regs) ((regs)->syscallno)
#define SYSCALL_ARGS_TRUSTED(regs)                                                                 \
	{                                                                                          \
		(regs)->orig_x0, (regs)->regs[1], (regs)->regs[2], (regs)->regs[3]                 \
	}
#define SYSCALL_ARG1(regs) BPF_CORE_READ(regs, orig_x0)
#define SYSCALL_ARG2(regs) BPF_CORE_READ(regs, regs[1])
#define SYSCALL_ARG3(regs) BPF_CORE_READ(regs, regs[2])
#define SYSCALL_ARG4(regs) BPF_CORE_READ(regs, regs[3])
#define SYSCALL_ARG5(regs) BPF_CORE_READ(regs, regs[4])
#define SYSCALL_READ 63
#define SYSCALL_RECVFROM 207
#define SYSCALL_RECVMSG 212
#define SYSCALL_ACCEPT 202
#define SYSCALL_ACCEPT4 242
#define SYSCALL_EXECVE 221
#define SYSCALL_EXECVEAT 281
#define SYSCALL_OPENAT 56
#define SYSCALL_OPENAT2 437
#define SYSCALL_SYMLINKAT 36
#define SYSCALL_LINKAT 37
#define SYSCALL_RENAMEAT 38
#define SYSCALL_TRUNCATE 45
#define SYSCALL_RENAMEAT2 276

struct thread_info {
	unsigned long flags;
};

#define TIF_32BIT 22 /* arch/arm64/include/asm/thread_info.h */
#define IS_COMPAT(task) (BPF_CORE_READ(task, thread_info.flags) & (1UL << TIF_32BIT))
#define IS_COMPAT_TRUSTED(task) ((task)->thread_info.flags & (1UL << TIF_32BIT))

/* of a kernel function, as kprobes see it */
#define FUNCTION_ARG1(regs) BPF_CORE_READ(regs, regs[0])
#define FUNCTION_ARG2(regs) BPF_CORE_READ(regs, regs[1])
#define FUNCTION_RESULT(regs) BPF_CORE_READ(regs, regs[0])

#else
#error "system call registers of this architecture are not known"
#endif

#define SYSCALL_ARGS(regs)                                                                         \
	{                                                                                          \
		SYSCALL_ARG1(regs), SYSCALL_ARG2(regs), SYSCALL_ARG3(regs), SYSCALL_ARG4(regs)     \
	}

struct task_struct___arch {
	struct thread_info thread_info;
};

#pragma clang attribute pop

/* A call of a 32-bit program, whose numbers mean other calls. */
static __always_inline bool is_compat_call(void)
{
	const struct task_struct___arch *task = (void *)trusted_current();

	if (task)
		return IS_COMPAT_TRUSTED(task);
	task = (void *)bpf_get_current_task();
	return IS_COMPAT(task);
}

#endif
