/* SPDX-License-Identifier: MIT
 *
 * share_memory.c - under which names the resident memory of a process grew.  The kernel tells how much it is of a process, not
 * of a thread.  But of each thread it counts the pages that it touched for the first time: who has no such fault took no
 * memory, and who did not run gave none back.  So what changed between two readings is exactly one name's where only one may
 * have done it, and else lies between all and nothing of it for each.
 */
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "observe/share.h"
#include "sample/procfile.h"

static const double learning = 0.2, rarest = 0.001;

/* Resident memory in /proc/PID/statm: until Linux 6.1 each thread adds its pages by 64 (TASK_RSS_EVENTS_THRESH), until 6.15 each CPU
 * by twice the number of CPUs, 32 at least (percpu_counter_batch), since then it is summed up when it is read. */
void tc_grown_init(struct tc_shares *shares)
{
	struct utsname system;
	unsigned major = 0, minor = 0;
	long found = sysconf(_SC_NPROCESSORS_CONF);
	uint64_t cpus = found > 0 ? (uint64_t)found : 1;
	if (!uname(&system))
		sscanf(system.release, "%u.%u", &major, &minor);
	if (major < 6 || (major == 6 && minor < 2))
		shares->rss_thread_lag_pages = 64;
	else if (major == 6 && minor < 16)
		shares->rss_lag_pages = cpus * (cpus > 16 ? 2 * cpus : 32);
}

bool tc_share_stat(const struct tc_process_share *process, uint32_t tid, struct tc_proc_pid *out)
{
	char text[1024];
	size_t bytes = tc_procfile_slurp(
		"/", text, sizeof text, "proc/%lu/task/%lu/stat", (unsigned long)process->pid, (unsigned long)tid);
	return tc_proc_pid_parse(text, bytes, out);
}

void tc_grown_begin(struct tc_process_share *process)
{
	char text[1024];
	struct tc_proc_pid stat;
	size_t bytes = tc_procfile_slurp("/", text, sizeof text, "proc/%lu/stat", (unsigned long)process->pid);
	if (tc_proc_pid_parse(text, bytes, &stat))
		process->grown.faults = stat.minor_faults + stat.major_faults;
}

static void begin_anew(struct tc_grown *grown, uint64_t bytes)
{
	grown->rss_bytes = bytes;
	tc_piece_empty(&grown->ran);
	tc_piece_empty(&grown->touched);
}

static void put(struct tc_shares *shares, struct tc_piece *piece, uint32_t name, double amount)
{
	tc_piece_begin(shares, piece);
	if (amount > 0)
		tc_piece_put(shares, piece, name, amount);
	tc_piece_end(shares, piece);
}

/* How long each name of a piece ran and how many faults it had, by what is known from before. */
struct likely {
	double run, faults;
};

static struct likely likely(struct tc_shares *shares, const struct tc_piece *piece, size_t i, double usual)
{
	struct tc_learned *learned = &shares->learned[piece->name[i].name];
	double run = tc_piece_weight(shares, piece, &piece->name[i]);
	if (!learned->touches_known)
		learned->touches = usual;
	learned->touches_known = true;
	return (struct likely){run, run * learned->touches};
}

/* Regression of faults on what names ran, as that of CPU time on their time. */
static void learn_touches(struct tc_shares *shares, const struct tc_piece *piece, double missing, double squares)
{
	for (size_t i = 0; squares > 0 && i < piece->count; i++) {
		struct tc_learned *learned = &shares->learned[piece->name[i].name];
		double run = tc_piece_weight(shares, piece, &piece->name[i]);
		double touches = learned->touches + learning * missing * run / squares;
		learned->touches = touches > 0 ? touches : 0;
	}
}

/* Gives a piece's names what it ran and the faults. */
static void put_all(struct tc_part_reading *reading, const struct tc_piece *piece, double run_ns, double faults)
{
	struct tc_shares *shares = reading->shares;
	struct tc_grown *grown = &reading->part->process->grown;
	struct likely all = {0};
	double squares = 0, usual;
	for (size_t i = 0; i < piece->count; i++)
		all.run += tc_piece_weight(shares, piece, &piece->name[i]);
	if (!(all.run > 0))
		return;
	usual = faults / all.run;
	for (size_t i = 0; i < piece->count; i++) {
		struct likely mine = likely(shares, piece, i, usual);
		squares += mine.run * mine.run;
		all.faults += mine.faults;
	}
	for (size_t i = 0; i < piece->count; i++) {
		struct likely mine = likely(shares, piece, i, usual);
		double part = mine.run / all.run, touched = all.faults > 0 ? mine.faults / all.faults : part;
		put(shares, &grown->ran, piece->name[i].name, part * run_ns);
		/* Whoever ran may have had some. */
		put(shares, &grown->touched, piece->name[i].name,
			faults * (touched > rarest * part ? touched : rarest * part));
	}
	learn_touches(shares, piece, faults - all.faults, squares);
}

void tc_grown_thread(struct tc_part_reading *reading, struct tc_thread_share *thread, const struct tc_piece *tick)
{
	struct tc_process_share *process = reading->part->process;
	struct tc_proc_pid stat;
	uint64_t before = thread->faults;
	if (tc_share_stat(process, thread->tid, &stat))
		thread->faults = stat.minor_faults + stat.major_faults;
	uint64_t faults = thread->faults > before ? thread->faults - before : 0;
	process->grown.told += faults;
	/* It may have run for less than the kernel tells yet. */
	put_all(reading, tick, tick->run_ns > 1 ? tick->run_ns : 1, (double)faults);
}

void tc_grown_others(struct tc_part_reading *reading, double run_ns)
{
	struct tc_process_share *process = reading->part->process;
	struct tc_grown *grown = &process->grown;
	const struct tc_piece *gone = &process->gone;
	double left = grown->faults > grown->told ? (double)(grown->faults - grown->told) : 0;
	double all = gone->run_ns + run_ns;
	if (!gone->count && !(run_ns > 0))
		return;
	double theirs = !gone->count ? 0 : all > 0 ? gone->run_ns / all : 1;
	put_all(reading, gone, gone->run_ns > 1 ? gone->run_ns : 1, left * theirs);
	put(reading->shares, &grown->ran, reading->shares->other_threads, run_ns);
	put(reading->shares, &grown->touched, reading->shares->other_threads, left * (1 - theirs));
	grown->told += (uint64_t)left;
}

static uint64_t own_faults(void)
{
	struct rusage usage;
	return getrusage(RUSAGE_THREAD, &usage) ? 0 : (uint64_t)(usage.ru_minflt + usage.ru_majflt);
}

void tc_grown_observer(struct tc_part_reading *reading, double run_ns)
{
	struct tc_process_share *process = reading->part->process;
	struct tc_grown *grown = &process->grown;
	uint64_t now = process->observer == gettid() ? own_faults() : grown->observer_faults;
	uint64_t faults = now - grown->observer_faults;
	grown->observer_faults = now;
	grown->told += faults;
	put(reading->shares, &grown->ran, reading->shares->observer, run_ns);
	put(reading->shares, &grown->touched, reading->shares->observer, (double)faults);
}

void tc_grown_baseline(struct tc_process_share *process)
{
	process->grown.told = process->grown.faults;
	process->grown.observer_faults = own_faults();
}

/* To the nearest whole number; libtacho does without libm. */
static double whole(double bytes)
{
	return (double)(int64_t)(bytes + (bytes < 0 ? -0.5 : 0.5));
}

/* Whoever is among them, in whatever order. */
static uint64_t digest(const struct tc_piece *piece)
{
	uint64_t sum = 0;
	for (size_t i = 0; i < piece->count; i++)
		sum += (piece->name[i].name + UINT64_C(1)) * UINT64_C(0x9e3779b97f4a7c15);
	return sum;
}

/* What memory lags by at the end of one change is what it lagged by at the begin of the next: of the same names it is no doubt. */
static double lag_bytes(const struct tc_part_reading *reading, uint64_t candidates)
{
	const struct tc_shares *shares = reading->shares;
	const struct tc_process_share *process = reading->part->process;
	if (candidates == process->grown.candidates)
		return 0;
	uint64_t pages = shares->rss_lag_pages + shares->rss_thread_lag_pages * (process->alive + 1);
	return (double)(pages * shares->page_bytes);
}

static void tell_all(struct tc_part_reading *reading, const struct tc_piece *piece, double change, double lag)
{
	double all = 0, sum = 0, given = 0;
	for (size_t i = 0; i < piece->count; i++)
		all += piece->name[i].wall_ns;
	double low = piece->count > 1 && change > 0 ? 0 : change, high = piece->count > 1 && change < 0 ? 0 : change;
	for (size_t i = 0; i < piece->count; i++) {
		sum += piece->name[i].wall_ns;
		double mine = whole(change * (sum / all)) - given;
		given += mine;
		const struct tc_share share = {.memory_bytes = (int64_t)mine,
			.memory_low_bytes = (int64_t)(low - lag),
			.memory_high_bytes = (int64_t)(high + lag)};
		tc_share_tell(reading, piece->name[i].name, &share);
	}
}

/* Where nobody is known who may have done it, the change waits for the next reading: the kernel's accounts lag. */
void tc_grown_book(struct tc_part_reading *reading, uint64_t bytes)
{
	struct tc_grown *grown = &reading->part->process->grown;
	double change = grown->rss_bytes ? (double)bytes - (double)grown->rss_bytes : 0;
	const struct tc_piece *piece = change > 0 ? &grown->touched : &grown->ran;
	if (!grown->rss_bytes)
		begin_anew(grown, bytes);
	if (change == 0 || !piece->count)
		return;
	uint64_t candidates = digest(piece);
	tell_all(reading, piece, change, lag_bytes(reading, candidates));
	grown->candidates = candidates;
	begin_anew(grown, bytes);
}

void tc_grown_release(struct tc_grown *grown)
{
	tc_piece_release(&grown->ran);
	tc_piece_release(&grown->touched);
}
