// SPDX-License-Identifier: MIT
#include "kit.h"

#include <time.h>

/* Doorbell: the clock of events and the one on the wall, at the same moment. */
KIT_API void kit_clocks(void)
{
	struct timespec boot, real;

	clock_gettime(CLOCK_BOOTTIME, &boot);
	clock_gettime(CLOCK_REALTIME, &real);
	kit.box->boot = boot.tv_sec * 1000000000ULL + boot.tv_nsec;
	kit.box->real = real.tv_sec * 1000000ULL + real.tv_nsec / 1000;
}
