// SPDX-License-Identifier: MIT
/*
 * A thread that waits for records and tells Node's event loop through a pipe,
 * one byte per arm. Between a byte and the next arm it sleeps: the reader is
 * draining anyway, and whatever comes meanwhile must not wake anyone.
 *
 * Why no wake-up is lost. The kernel wakes ring pollers only when it commits the
 * record at exactly the consumer's position (bpf_ringbuf_commit: it stores the
 * header with xchg, a full barrier, and then loads that position). We store the
 * position (drain), pass a full barrier (arm), and then load the header. One of
 * the two sides must see the other's store: either arm finds the record and
 * writes the byte itself, or the kernel finds our position and queues an event
 * on the epoll. That event is edge-triggered and stays queued until the thread
 * takes it, whether it was already waiting or not. Taking it, the thread looks
 * at the header again: a commit after that look is a new edge.
 *
 * `armed` says who owes a byte: the one that changes it to false, thread or arm,
 * writes it. `control` counts arms and the stop; whoever takes a count from it
 * looks at `armed` and `stopping` afterwards.
 *
 * Edge-triggered also because a record that is reserved but not yet committed
 * makes the ring "readable": level-triggered, waiting for it would be a busy loop.
 */
#define _GNU_SOURCE
#include "reader.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

enum { RECORDS = 1, HUNG_UP = 2 };

struct waiter {
	struct reader *reader;
	pthread_t thread;
	int epoll;
	int control;
	int wake;
	int watch;
	bool armed;
	bool stopping;
	/* of the thread alone */
	bool hung_up;
	bool told;
};

static bool is(const bool *flag)
{
	return __atomic_load_n(flag, __ATOMIC_SEQ_CST);
}

/* Returns whether it was ours to write. The pipe cannot be full: Node reads each byte before it
 * arms again. */
static bool deliver(struct waiter *waiter, char what)
{
	if (!__atomic_exchange_n(&waiter->armed, false, __ATOMIC_SEQ_CST))
		return false;
	while (write(waiter->wake, &what, 1) < 0 && errno == EINTR)
		;
	return true;
}

static void take_events(struct waiter *waiter)
{
	struct epoll_event events[4];
	eventfd_t arms;
	int n = epoll_wait(waiter->epoll, events, 4, -1);

	for (int i = 0; i < n; i++) {
		if (events[i].data.fd == waiter->control)
			eventfd_read(waiter->control, &arms);
		else if (events[i].data.fd == waiter->watch)
			waiter->hung_up = true;
	}
}

static void *wait_loop(void *arg)
{
	struct waiter *waiter = arg;
	eventfd_t arms;

	while (!is(&waiter->stopping)) {
		eventfd_read(waiter->control, &arms);
		while (is(&waiter->armed) && !is(&waiter->stopping)) {
			if (waiter->hung_up && !waiter->told)
				waiter->told = deliver(waiter, HUNG_UP);
			else if (reader_ready(waiter->reader))
				deliver(waiter, RECORDS);
			else
				take_events(waiter);
		}
	}
	return NULL;
}

static int watch(struct waiter *waiter, int fd, __u32 events)
{
	struct epoll_event event = { .events = events, .data.fd = fd };

	return epoll_ctl(waiter->epoll, EPOLL_CTL_ADD, fd, &event);
}

/* Signals are for Node's threads. The stack holds little more than the thread's own data. */
static int start_thread(struct waiter *waiter)
{
	pthread_attr_t attr;
	sigset_t all, old;
	int err;

	pthread_attr_init(&attr);
	pthread_attr_setstacksize(&attr, 256 * 1024);
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &old);
	err = pthread_create(&waiter->thread, &attr, wait_loop, waiter);
	pthread_sigmask(SIG_SETMASK, &old, NULL);
	pthread_attr_destroy(&attr);
	errno = err;
	return err ? -1 : 0;
}

static int set_up(struct waiter *waiter, const int *fds, __u32 count, int watch_fd)
{
	waiter->epoll = epoll_create1(EPOLL_CLOEXEC);
	waiter->control = eventfd(0, EFD_CLOEXEC);
	if (waiter->epoll < 0 || waiter->control < 0 || watch(waiter, waiter->control, EPOLLIN))
		return -1;
	for (__u32 i = 0; i < count; i++)
		if (watch(waiter, fds[i], EPOLLIN | EPOLLET))
			return -1;
	/* errors and hang-ups are always reported; regular files refuse (EPERM) and never hang up
	 */
	if (watch_fd >= 0 && watch(waiter, watch_fd, EPOLLET) && errno != EPERM)
		return -1;
	return start_thread(waiter);
}

static void waiter_free(struct waiter *waiter)
{
	if (waiter->epoll >= 0)
		close(waiter->epoll);
	if (waiter->control >= 0)
		close(waiter->control);
	close(waiter->wake);
	free(waiter);
}

/* Start waiting for records in the rings; *wake_fd is the end of the pipe to read. NULL with errno.
 */
struct waiter *waiter_start(struct reader *reader, const int *fds, __u32 count, int watch_fd,
			    int *wake_fd)
{
	struct waiter *waiter = calloc(1, sizeof(*waiter));
	int ends[2], err;

	if (!waiter || pipe2(ends, O_CLOEXEC | O_NONBLOCK)) {
		free(waiter);
		return NULL;
	}
	waiter->reader = reader;
	waiter->wake = ends[1];
	waiter->watch = watch_fd;
	if (set_up(waiter, fds, count, watch_fd)) {
		err = errno;
		close(ends[0]);
		waiter_free(waiter);
		errno = err;
		return NULL;
	}
	*wake_fd = ends[0];
	return waiter;
}

/* Ask for one byte: at once when there is a record already. May be called again before the byte
 * came. */
int waiter_arm(struct waiter *waiter)
{
	bool was = __atomic_exchange_n(&waiter->armed, true, __ATOMIC_SEQ_CST);

	__atomic_thread_fence(__ATOMIC_SEQ_CST);
	if (reader_ready(waiter->reader)) {
		deliver(waiter, RECORDS);
		return 0;
	}
	return !was && eventfd_write(waiter->control, 1) ? -errno : 0;
}

void waiter_stop(struct waiter *waiter)
{
	__atomic_store_n(&waiter->stopping, true, __ATOMIC_SEQ_CST);
	eventfd_write(waiter->control, 1);
	pthread_join(waiter->thread, NULL);
	waiter_free(waiter);
}
