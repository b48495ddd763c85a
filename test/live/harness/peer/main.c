// SPDX-License-Identifier: MIT
/* peer serve COMM UID: calls from standard input. */
#define _GNU_SOURCE
#include "peer.h"

#include <errno.h>
#include <grp.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

void must(bool ok, const char *what)
{
	if (ok)
		return;
	perror(what);
	_exit(126);
}

const char *text(const struct call *call, const char *key, const char *otherwise)
{
	size_t size = strlen(key);

	for (int i = 1; i < call->count; i++)
		if (!strncmp(call->words[i], key, size) && call->words[i][size] == '=')
			return call->words[i] + size + 1;
	return otherwise;
}

long number(const struct call *call, const char *key, long otherwise)
{
	const char *value = text(call, key, NULL);

	return value ? strtol(value, NULL, 10) : otherwise;
}

void failed(const struct call *call)
{
	fprintf(call->out, "error %d\n", errno);
}

void done(const struct call *call, bool ok)
{
	if (ok)
		fputs("ok\n", call->out);
	else
		failed(call);
}

void name_thread(const char *name)
{
	must(!prctl(PR_SET_NAME, name), "PR_SET_NAME");
}

static verb_fn *find(const char *name)
{
	const struct verb *const tables[] = { socket_verbs, data_verbs,	  datagram_verbs,
					      info_verbs,   worker_verbs, pass_verbs };

	for (size_t i = 0; i < sizeof(tables) / sizeof(*tables); i++)
		for (const struct verb *verb = tables[i]; verb->name; verb++)
			if (!strcmp(verb->name, name))
				return verb->run;
	return NULL;
}

void serve(FILE *in, FILE *out)
{
	char *line = NULL, *rest, *word;
	size_t size = 0;
	verb_fn *run;

	while (getline(&line, &size, in) > 0) {
		struct call call = { .out = out };

		rest = line;
		while (call.count < WORDS && (word = strtok_r(rest, " \n", &rest)))
			call.words[call.count++] = word;
		run = call.count ? find(call.words[0]) : NULL;
		must(run, "no such verb");
		run(&call);
		fflush(out);
	}
	free(line);
}

int main(int argc, char **argv)
{
	uid_t uid;

	must(argc == 4 && !strcmp(argv[1], "serve"), "arguments");
	uid = strtoul(argv[3], NULL, 10);
	signal(SIGPIPE, SIG_IGN);
	must(!setgroups(0, NULL) && !setresgid(uid, uid, uid) && !setresuid(uid, uid, uid),
	     "setresuid");
	/* in a call that does not end it would not see the end of its input */
	must(!prctl(PR_SET_PDEATHSIG, SIGKILL), "PR_SET_PDEATHSIG");
	name_thread(argv[2]);
	puts("ok");
	fflush(stdout);
	serve(stdin, stdout);
	dismiss_workers();
	return 0;
}
