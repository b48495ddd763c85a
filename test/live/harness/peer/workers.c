// SPDX-License-Identifier: MIT
/*
 * Others that answer calls with the same sockets: threads, which share them,
 * and children, which have copies of those of the moment. Their calls go
 * through pipes, and through the one who made them.
 */
#define _GNU_SOURCE
#include "peer.h"

#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

enum { WORKERS = 32 };

static struct worker {
	FILE *calls, *answers; /* our ends; NULL: there is none */
	FILE *in, *out;	       /* a thread's ends */
	char name[16];
	pid_t child; /* 0: a thread */
	pthread_t thread;
} workers[WORKERS];

static void greet(FILE *out)
{
	fprintf(out, "ok %d %d\n", getpid(), gettid());
	fflush(out);
}

static void *thread(void *worker)
{
	struct worker *w = worker;

	name_thread(w->name);
	greet(w->out);
	serve(w->in, w->out);
	fclose(w->in);
	fclose(w->out);
	return NULL;
}

_Noreturn static void child(const char *name, int in, int out)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	must(dup2(in, 0) == 0 && dup2(out, 1) == 1 && !close(in) && !close(out), "dup2");
	for (struct worker *w = workers; w < workers + WORKERS; w++) {
		if (!w->calls)
			continue;
		close(fileno(w->calls));
		close(fileno(w->answers));
		w->calls = NULL;
	}
	name_thread(name);
	greet(stdout);
	serve(stdin, stdout);
	dismiss_workers();
	_exit(0);
}

static void begin(const struct call *call, bool as_child)
{
	struct worker *w = workers;
	int calls[2], answers[2];
	char line[64];

	while (w->calls)
		must(++w < workers + WORKERS, "workers");
	must(!pipe2(calls, O_CLOEXEC) && !pipe2(answers, O_CLOEXEC), "pipe");
	snprintf(w->name, sizeof(w->name), "%s", text(call, "comm", "worker"));
	w->child = as_child ? fork() : 0;
	must(w->child >= 0, "fork");
	if (as_child && !w->child) {
		close(calls[1]);
		close(answers[0]);
		child(w->name, calls[0], answers[1]);
	}
	w->calls = fdopen(calls[1], "w");
	w->answers = fdopen(answers[0], "r");
	if (as_child) {
		close(calls[0]);
		close(answers[1]);
	} else {
		w->in = fdopen(calls[0], "r");
		w->out = fdopen(answers[1], "w");
		must(!pthread_create(&w->thread, NULL, thread, w), "pthread_create");
	}
	must(fgets(line, sizeof(line), w->answers), "worker");
	fprintf(call->out, "ok %d %s", (int)(w - workers), line + strlen("ok "));
}

static void do_thread(const struct call *call)
{
	begin(call, false);
}

static void do_fork(const struct call *call)
{
	begin(call, true);
}

/* "for WORKER call…" */
static void do_for(const struct call *call)
{
	struct worker *w = workers + atoi(call->words[1]);
	char *line = NULL;
	size_t size = 0;

	for (int i = 2; i < call->count; i++)
		fprintf(w->calls, "%s%c", call->words[i], i + 1 < call->count ? ' ' : '\n');
	fflush(w->calls);
	must(getline(&line, &size, w->answers) > 0, "worker");
	fputs(line, call->out);
	free(line);
}

static void dismiss(struct worker *w)
{
	fclose(w->calls);
	if (w->child)
		must(waitpid(w->child, NULL, 0) == w->child, "waitpid");
	else
		must(!pthread_join(w->thread, NULL), "pthread_join");
	fclose(w->answers);
	w->calls = NULL;
}

void dismiss_workers(void)
{
	for (struct worker *w = workers; w < workers + WORKERS; w++)
		if (w->calls)
			dismiss(w);
}

static void do_dismiss(const struct call *call)
{
	dismiss(workers + number(call, "worker", 0));
	done(call, true);
}

const struct verb worker_verbs[] = {
	{ "thread", do_thread },
	{ "fork", do_fork },
	{ "for", do_for },
	{ "dismiss", do_dismiss },
	{},
};
