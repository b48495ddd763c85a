/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * What a program that controls packets tells of itself to other commands, which
 * find it in the kernel. Programs do not read these maps: the loader binds them.
 */
#ifndef EBPF_KIT_CONTROL_H
#define EBPF_KIT_CONTROL_H

#include "kernel.h"

struct about {
	char tool[16];
	time_ns_t started;
	time_ns_t confirm_by; /* it is taken back then; 0: it stays */
	netns_t netns;	      /* where its interface is */
	pid_t pid;	      /* of the run, where that runs */
	char layout[24];      /* hash of the object's layout */
	char dev[16];
	flag_t rows;  /* somebody reads the events */
	flag_t frags; /* the program takes packets that do not fit into a page */
	__u8 reserved[6];
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct about);
} about SEC(".maps");

/* A piece of the state as text. */
struct note {
	char text[4096];
};

/* For tools whose state cannot be told from the maps that the program reads:
 * src/kit/control/notes.ts. */
#ifdef WITH_NOTES
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1); /* the loader's to set */
	__type(key, __u32);
	__type(value, struct note);
} notes SEC(".maps");
#endif

#endif
