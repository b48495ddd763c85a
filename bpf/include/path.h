/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * Paths, as tail_path_t has them: the names from the leaf up to the root, each
 * ended by NUL. bpf_d_path() is allowed in few programs; this works in all.
 *
 * Each function appends to `buf` at `off` and returns the new offset. They are
 * global functions, which the verifier checks once and not at every call.
 */
#ifndef EBPF_KIT_PATH_H
#define EBPF_KIT_PATH_H

#include "bounds.h"
#include "kernel.h"
#include "scratch.h"

const volatile bool with_cgroup = false; /* the path of the current task's */

#define PATH_DEPTH 64	/* names; a longer path is cut at the root's end and marked "…" */
#define PATH_NAME 256	/* NAME_MAX and its NUL */
#define PATH_SPACE 4096 /* PATH_MAX; the last name may go over it by PATH_NAME */
#define PATH_MARK "\xe2\x80\xa6" /* "…" */

/* One more name at `off`; 0 when the path has reached its end. */
static __always_inline __u32 append_name(char *buf, __u32 off, __u32 end, const void *name)
{
	long n;

	if (off >= end)
		return 0;
	n = bpf_probe_read_kernel_str(buf + at_most(off, SCRATCH_SIZE - PATH_NAME), PATH_NAME,
				      name);
	return n > 0 ? off + n : 0;
}

/* The end of a path: the root itself is one empty name, and a cut is marked. */
static __always_inline __u32 end_path(char *buf, __u32 start, __u32 off, bool whole)
{
	char *end = buf + at_most(off, SCRATCH_SIZE - PATH_NAME);

	if (!whole) {
		__builtin_memcpy(end, PATH_MARK, sizeof(PATH_MARK));
		return off + sizeof(PATH_MARK);
	}
	if (off > start)
		return off;
	*end = 0;
	return off + 1;
}

/*
 * The path of a file as the current task sees it: up to its root, across mounts.
 * What its root does not lead to is marked as cut.
 */
__noinline int append_path(__u32 slot, __u32 off, __u64 dentry_, __u64 vfsmount_)
{
	const struct task_struct *task = (void *)bpf_get_current_task();
	const struct dentry *root = BPF_CORE_READ(task, fs, root.dentry);
	const struct vfsmount *root_mnt = BPF_CORE_READ(task, fs, root.mnt);
	const struct vfsmount *vfsmount = (void *)vfsmount_;
	const struct dentry *dentry = (void *)dentry_;
	__u32 start = off, end = off + PATH_SPACE;
	char *buf = scratch_slot(slot & (SCRATCH_SLOTS - 1));
	bool whole = false;
	int i;

	if (!buf)
		return off;
	for (i = 0; i < PATH_DEPTH; i++) {
		const struct dentry *parent = BPF_CORE_READ(dentry, d_parent);
		__u32 next;

		if (dentry == root && vfsmount == root_mnt) {
			whole = true;
			break;
		}
		if (dentry == BPF_CORE_READ(vfsmount, mnt_root)) {
			const struct mount *mount =
				(void *)vfsmount - bpf_core_field_offset(struct mount, mnt);
			const struct mount *above = BPF_CORE_READ(mount, mnt_parent);

			if (above == mount)
				break;
			dentry = BPF_CORE_READ(mount, mnt_mountpoint);
			vfsmount = (void *)above + bpf_core_field_offset(struct mount, mnt);
			continue;
		}
		if (dentry == parent)
			break;
		next = append_name(buf, off, end, BPF_CORE_READ(dentry, d_name.name));
		if (!next)
			break;
		off = next;
		dentry = parent;
	}
	return end_path(buf, start, off, whole);
}

/* The path of a cgroup v2 below its root. */
__noinline int append_cgroup(__u32 slot, __u32 off, __u64 kernfs_node)
{
	const struct kernfs_node *node = (void *)kernfs_node;
	__u32 start = off, end = off + PATH_SPACE;
	char *buf = scratch_slot(slot & (SCRATCH_SLOTS - 1));
	bool whole = false;
	int i;

	if (!buf)
		return off;
	for (i = 0; i < PATH_DEPTH; i++) {
		const struct kernfs_node *parent = kernfs_parent(node);
		__u32 next;

		if (!parent) {
			whole = true;
			break;
		}
		next = append_name(buf, off, end, BPF_CORE_READ(node, name));
		if (!next)
			break;
		off = next;
		node = parent;
	}
	return end_path(buf, start, off, whole);
}

/* The path of the current task's cgroup, if it is wanted. */
static __always_inline __u32 append_own_cgroup(__u32 slot, __u32 off)
{
	const struct task_struct *task;

	if (!with_cgroup)
		return off;
	task = (void *)bpf_get_current_task();
	return append_cgroup(slot, off, (__u64)BPF_CORE_READ(task, cgroups, dfl_cgrp, kn));
}

#endif
