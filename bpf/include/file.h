/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* The current task's directories and open files. */
#ifndef EBPF_KIT_FILE_H
#define EBPF_KIT_FILE_H

#include "kernel.h"

/* A place in the tree of files, as append_path() takes it; zeros: there is none. */
struct place {
	__u64 dentry;
	__u64 vfsmount;
};

static __always_inline struct place working_directory(void)
{
	const struct task_struct *task = (void *)bpf_get_current_task();

	return (struct place){ (__u64)BPF_CORE_READ(task, fs, pwd.dentry),
			       (__u64)BPF_CORE_READ(task, fs, pwd.mnt) };
}

/* What is behind a descriptor, or NULL. */
static __always_inline const struct file *find_file(int fd)
{
	const struct task_struct *task = (void *)bpf_get_current_task();
	const struct fdtable *table = BPF_CORE_READ(task, files, fdt);
	const struct file *file = NULL;

	if ((__u32)fd < BPF_CORE_READ(table, max_fds))
		bpf_probe_read_kernel(&file, sizeof(file), BPF_CORE_READ(table, fd) + fd);
	return file;
}

static __always_inline struct place open_file(int fd)
{
	const struct file *file = find_file(fd);

	if (!file)
		return (struct place){};
	return (struct place){ (__u64)BPF_CORE_READ(file, f_path.dentry),
			       (__u64)BPF_CORE_READ(file, f_path.mnt) };
}

#endif
