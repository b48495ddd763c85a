/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * Types with meaning. The name of a field's type says what its number is, and
 * so how it is decoded, printed and described: see src/btf/meanings.ts.
 */
#ifndef EBPF_KIT_TYPES_H
#define EBPF_KIT_TYPES_H

typedef char comm_t[16]; /* task name, TASK_COMM_LEN */
typedef __u64 time_ns_t; /* a point in time, CLOCK_BOOTTIME */
typedef __u64 duration_ns_t;
typedef __u64 bytes_t;
typedef __u32 uid_t;
typedef __u32 gid_t;
typedef __s32 pid_t;
typedef __s32 errno_t; /* 0, or a negative errno */
typedef __u16 port_t;  /* host byte order */
typedef __u32 ifindex_t;
typedef __u32 netns_t;	   /* inode number of a network namespace */
typedef __u8 tcp_state_t;  /* include/net/tcp_states.h */
typedef __u8 flag_t;	   /* 0 or 1 */
typedef __u64 cgroup_id_t; /* inode number of the cgroup v2 directory */
typedef __u64 cookie_t;	   /* socket cookie */
typedef __u64 address_t;   /* kernel or user address */
typedef __u8 ipaddr_t[16]; /* network byte order, IPv4 as ::ffff:a.b.c.d */

/*
 * Length in bytes of one piece of the record's variable part: the pieces lie
 * one after the other in `char tail[]`, in the order of these fields.
 */
typedef __u32 tail_str_t;   /* bytes */
typedef __u32 tail_argv_t;  /* strings, each ended by NUL */
typedef __u32 tail_path_t;  /* names from the leaf to the root, each ended by NUL */
typedef __u32 tail_stack_t; /* address_t of each frame, from the innermost on */

/* Where the variable part begins: not at sizeof(), which is rounded up. */
#define TAIL(type) __builtin_offsetof(type, tail)

#endif
