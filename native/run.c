// SPDX-License-Identifier: MIT
/* Running a program by hand, on a packet of ours: nothing is attached, no interface sees it. */
#include "kit.h"

#include <bpf/bpf.h>

/*
 * Doorbell: box->prog_fd on the packet of box->count bytes at the beginning of the map area,
 * box->run_repeat times. What it returned the last time and the mean time of one run are left in
 * box->run_result and box->run_duration (ns).
 */
KIT_API int kit_run(void)
{
	LIBBPF_OPTS(bpf_test_run_opts, opts, .data_in = kit.map.data,
		    .data_size_in = kit.box->count, .repeat = kit.box->run_repeat);
	int err = bpf_prog_test_run_opts(kit.box->prog_fd, &opts);

	kit.box->run_result = opts.retval;
	kit.box->run_duration = opts.duration;
	return err;
}
