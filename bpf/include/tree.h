/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * The processes of a tree: a root that runs already, and all that descend from it. A process
 * belongs to it from the fork that makes it until nothing is left of it, whatever becomes of it in
 * between: another session, another parent, another program.
 *
 * The house adds these programs to a tool's plan, before those of the tool, when a tree is watched
 * (src/kit/tool/tree-target.ts).
 */
#ifndef EBPF_KIT_TREE_H
#define EBPF_KIT_TREE_H

#include "iter.h"
#include "kernel.h"

const volatile bool target_by_tree = false;
const volatile pid_t tree_root = 0; /* its id in the PID namespace of the tool */

/*
 * Process id -> when the process began. Ids are used again: at a fork, so an id that a member has
 * left is taken out there, or given to the new one.
 */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries,
	       1); /* allocated as a whole: the loader makes room when a tree is watched */
	__type(key, pid_t);
	__type(value, time_ns_t);
} tree_members SEC(".maps");

/* Processes of the tree for which there was no room. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u64);
} tree_strays SEC(".maps");

/* How often all tasks have been looked at; after TREE_WALKS times every member is known. */
__u32 tree_walks = 0;

#define TREE_WALKS 2
#define TREE_DEPTH 64

static __always_inline bool is_in_tree(pid_t tgid)
{
	return bpf_map_lookup_elem(&tree_members, &tgid);
}

/* @leader: of the process */
static __always_inline void add_to_tree(const struct task_struct *leader)
{
	time_ns_t began = BPF_CORE_READ(leader, start_boottime);
	pid_t tgid = BPF_CORE_READ(leader, tgid);
	__u32 zero = 0;
	__u64 *strays;

	if (!bpf_map_update_elem(&tree_members, &tgid, &began, BPF_ANY))
		return;
	strays = bpf_map_lookup_elem(&tree_strays, &zero);
	if (strays)
		__sync_fetch_and_add(strays, 1);
}

/* Whether it, or one of its ancestors, is a member. */
static __always_inline bool descends_from_tree(const struct task_struct *task)
{
	int i;

	for (i = 0; i < TREE_DEPTH; i++) {
		pid_t tgid = BPF_CORE_READ(task, tgid);

		if (is_in_tree(tgid))
			return true;
		if (tgid <= 1)
			return false;
		task = BPF_CORE_READ(task, real_parent);
	}
	return false;
}

/*
 * The parent is the current task, whoever the new process will call so (CLONE_PARENT). While the
 * members are still being looked for, one that has not been found yet may fork behind that look.
 */
static __always_inline int tree_forks(const struct task_struct *child)
{
	pid_t parent = bpf_get_current_pid_tgid() >> 32;
	pid_t tgid = BPF_CORE_READ(child, tgid);

	if (BPF_CORE_READ(child, pid) != tgid)
		return 0; /* a thread of a process that is there already */
	if (is_in_tree(parent) ||
	    (tree_walks < TREE_WALKS && descends_from_tree((void *)bpf_get_current_task())))
		add_to_tree(child);
	else if (is_in_tree(tgid))
		bpf_map_delete_elem(&tree_members, &tgid);
	return 0;
}

SEC("?tp_btf/sched_process_fork")
int BPF_PROG(tree_forks_tp_btf, const struct task_struct *parent, const struct task_struct *child)
{
	return tree_forks(child);
}

SEC("?raw_tp/sched_process_fork")
int tree_forks_raw_tp(struct bpf_raw_tracepoint_args *ctx)
{
	return tree_forks((void *)ctx->args[1]);
}

/*
 * Makes room. Not at its exit, after which its files are still closed, but when its task is freed:
 * by then its id may be another process's.
 */
static __always_inline int tree_frees(const struct task_struct *task)
{
	pid_t tgid = BPF_CORE_READ(task, tgid);
	const time_ns_t *began;

	if (BPF_CORE_READ(task, pid) != tgid)
		return 0;
	began = bpf_map_lookup_elem(&tree_members, &tgid);
	if (began && *began == BPF_CORE_READ(task, start_boottime))
		bpf_map_delete_elem(&tree_members, &tgid);
	return 0;
}

SEC("?tp_btf/sched_process_free")
int BPF_PROG(tree_frees_tp_btf, const struct task_struct *task)
{
	return tree_frees(task);
}

SEC("?raw_tp/sched_process_free")
int tree_frees_raw_tp(struct bpf_raw_tracepoint_args *ctx)
{
	return tree_frees((void *)ctx->args[0]);
}

/* A process's number in the PID namespace that lies so deep. */
static __always_inline const struct upid *number_at(const struct pid *pid, unsigned int level)
{
	return (void *)pid + bpf_core_field_offset(struct pid, numbers) +
	       level * bpf_core_type_size(struct upid);
}

/* The current task, who asks, is the tool. */
static __always_inline bool is_tree_root(const struct task_struct *leader)
{
	const struct task_struct *tool = (void *)bpf_get_current_task();
	const struct pid *here = BPF_CORE_READ(tool, thread_pid);
	const struct pid *pid = BPF_CORE_READ(leader, thread_pid);
	unsigned int level = BPF_CORE_READ(here, level);
	const struct upid *number;

	if (BPF_CORE_READ(pid, level) < level)
		return false;
	number = number_at(pid, level);
	return BPF_CORE_READ(number, nr) == tree_root &&
	       BPF_CORE_READ(number, ns) == BPF_CORE_READ(number_at(here, level), ns);
}

/*
 * Runs over all tasks as soon as forks are seen, and once more: then the root is known from the
 * beginning, and nothing that forked meanwhile is left out.
 */
SEC("?iter/task")
int tree_members_iter(struct task_walk *ctx)
{
	const struct task_struct *task = ctx->task;

	if (!task)
		tree_walks++;
	else if (BPF_CORE_READ(task, pid) == BPF_CORE_READ(task, tgid) &&
		 (is_tree_root(task) || descends_from_tree(task)))
		add_to_tree(task);
	return 0;
}

#endif
