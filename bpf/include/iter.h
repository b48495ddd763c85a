/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * What iterators walk over: the contexts of their programs (DEFINE_BPF_ITER_FUNC in the kernel).
 * The pointers are NULL after the last one.
 */
#ifndef EBPF_KIT_ITER_H
#define EBPF_KIT_ITER_H

#include "kernel.h"

struct seq_file;
struct sock_common;

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)
struct bpf_iter_meta {
	struct seq_file *seq;
};
#pragma clang attribute pop

struct task_walk {
	struct bpf_iter_meta *meta;
	struct task_struct *task;
};

/* Open files, task by task; threads that share the files of their process are left out. */
struct task_file_walk {
	struct bpf_iter_meta *meta;
	struct task_struct *task;
	__u32 fd;
	__u32 padding;
	struct file *file;
};

struct map_walk {
	struct bpf_iter_meta *meta;
	void *map;
	__u32 *key;
	__u64 *value;
};

/* TCP sockets of the network namespace in which the iterator is opened, of all kinds. */
struct tcp_walk {
	struct bpf_iter_meta *meta;
	struct sock_common *sk;
};

#endif
