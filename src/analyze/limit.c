/* SPDX-License-Identifier: MIT */
#include "analyze/limit.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include "base/units.h"
#include "read/course.h"

#define SHORTEST_NS INT64_C(1000000000)

struct facts {
	const struct tc_session *session;
	tc_instant from, to;
	double cores; /* that the processes may have */
};

static const struct tc_series_view *find(const struct facts *facts, const char *name)
{
	for (size_t i = 0; i < facts->session->series; i++) {
		const struct tc_series_view *view = &facts->session->series_view[i];
		if (!strcmp(view->series.name, name) && !isnan(view->course.last))
			return view;
	}
	return NULL;
}

static double mean(const struct facts *facts, const char *name)
{
	const struct tc_series_view *view = find(facts, name);
	return view ? tc_series_mean(view, facts->from, facts->to) : NAN;
}

static double share(const struct facts *facts, const char *name, double least)
{
	const struct tc_series_view *view = find(facts, name);
	return view ? tc_series_share(view, facts->from, facts->to, least) : NAN;
}

static const char *percent(double ratio, struct tc_figure *figure)
{
	*figure = tc_percent(100 * ratio);
	return figure->text;
}

/* "1 CPU", "1.5 CPUs" */
static struct tc_figure cpus(double count)
{
	struct tc_figure f;
	snprintf(f.text, sizeof f.text, "%.20s CPU%s", count == 1 ? "1" : tc_number(count).text, count == 1 ? "" : "s");
	return f;
}

/* Share of the time in which somebody stood still; whose it is. */
static double pressure(const struct facts *facts, const char *group, const char *machine, const char **whose)
{
	double ratio = mean(facts, group) / 100;
	*whose = "of its group";
	if (!isnan(ratio))
		return ratio;
	*whose = "on the machine";
	return mean(facts, machine) / 100;
}

static bool by_memory(const struct facts *facts, struct tc_limited *out)
{
	struct tc_figure figure;
	const char *whose;
	const struct tc_series_view *kills = find(facts, "cgroup.oom_kills");
	if (kills && kills->total >= 1) {
		snprintf(out->evidence, sizeof out->evidence,
			"the kernel killed %.0f of its processes for want of memory", kills->total);
		return true;
	}
	out->share = pressure(facts, "cgroup.memory_pressure", "system.memory_pressure", &whose);
	snprintf(out->evidence, sizeof out->evidence, "processes %s stood still for memory for %s of the time", whose,
		percent(out->share, &figure));
	return out->share >= 0.1;
}

static bool by_quota(const struct facts *facts, struct tc_limited *out)
{
	struct tc_figure figure, cores = cpus(facts->cores);
	out->share = mean(facts, "cgroup.throttled") / 100;
	snprintf(out->evidence, sizeof out->evidence,
		"the CPU quota of its group (%s for it) held it back for %s of the time", cores.text,
		percent(out->share, &figure));
	return out->share >= 0.1;
}

static bool by_cpu(const struct facts *facts, struct tc_limited *out)
{
	struct tc_figure figure, cores = cpus(facts->cores), used = tc_number(mean(facts, "process.cpu"));
	out->share = share(facts, "process.cpu", 0.9 * facts->cores);
	snprintf(out->evidence, sizeof out->evidence, "its processes used %s of %s, 90 %% and more for %s of the time",
		used.text, cores.text, percent(out->share, &figure));
	return out->share >= 0.5;
}

/* Who had the CPUs meanwhile: what the machine's did less what its processes did. */
static double others(const struct facts *facts, double running)
{
	double machine = mean(facts, "system.cpu") / 100 * (double)facts->session->manifest.cpus;
	return machine > running ? machine - running : 0;
}

/* How many threads waited for a CPU on average, at least.  Readings of threads miss what those waited that ended since the
 * reading before; the pressure of a group that nobody else is in misses nobody, but several that wait at once count as one. */
static double waited(const struct facts *facts, bool *by_group)
{
	double threads = mean(facts, "process.waiting"), group = NAN;
	const struct tc_series_view *cpu = find(facts, "process.cpu");
	if (cpu && cpu->series.source &&
		!strcmp(cpu->series.source, "cgroup cpu.stat")) /* the run has a group of its own */
		group = mean(facts, "cgroup.cpu_pressure") / 100;
	*by_group = !isnan(group) && !(threads >= group);
	return *by_group ? group : threads;
}

static bool by_waiting(const struct facts *facts, struct tc_limited *out)
{
	bool by_group;
	double waiting = waited(facts, &by_group), running = mean(facts, "process.cpu");
	double threads = mean(facts, "process.threads");
	bool sleepers = waiting < 0.01 * threads && running < 0.5 * facts->cores; /* not where threads is not known */
	struct tc_figure wanted = tc_number(waiting + running), got = tc_number(running);
	struct tc_figure other = tc_number(others(facts, running)), figure;
	double wanted_share = waiting + running > 0 ? waiting / (waiting + running) : NAN;
	out->share = fmin(wanted_share, waiting); /* who mostly sleeps does not wait for longer than somebody waited */
	if (by_group)
		snprintf(out->evidence, sizeof out->evidence,
			"for %s of the time some of its processes wanted a CPU and had none, while other programs used "
			"%s CPUs",
			percent(waiting, &figure), other.text);
	else
		snprintf(out->evidence, sizeof out->evidence,
			"on average %s of its threads wanted a CPU and %s had one, while other programs used %s CPUs",
			wanted.text, got.text, other.text);
	return !isnan(wanted_share) && out->share >= 0.25 && !sleepers;
}

static bool by_disk(const struct facts *facts, struct tc_limited *out)
{
	struct tc_figure figure;
	const char *whose;
	out->share = pressure(facts, "cgroup.io_pressure", "system.io_pressure", &whose);
	snprintf(out->evidence, sizeof out->evidence, "processes %s stood still for a disk for %s of the time", whose,
		percent(out->share, &figure));
	return out->share >= 0.2;
}

static bool by_one_thread(const struct facts *facts, struct tc_limited *out)
{
	struct tc_figure figure, cores = cpus(facts->cores);
	out->share = share(facts, "process.cpu", 0.9) - share(facts, "process.cpu", 1.15);
	snprintf(out->evidence, sizeof out->evidence, "one of %s was busy for %s of the time: a single thread's work",
		cores.text, percent(out->share, &figure));
	return out->share >= 0.5 && facts->cores >= 1.5;
}

static bool by_nothing(const struct facts *facts, struct tc_limited *out)
{
	bool by_group;
	double waiting = waited(facts, &by_group);
	struct tc_figure cores = cpus(facts->cores), used = tc_number(mean(facts, "process.cpu")),
			 more = tc_number(waiting);
	out->share = NAN;
	if (isnan(waiting))
		snprintf(out->evidence, sizeof out->evidence,
			"its processes used %s of %s, and waited little for memory or disks; for CPUs is not known",
			used.text, cores.text);
	else
		snprintf(out->evidence, sizeof out->evidence,
			"its processes used %s of %s, waited for %s more, and little for memory or disks", used.text,
			cores.text, more.text);
	return true;
}

/* In the order of causes, see limit.h. */
static const struct rule {
	enum tc_limit by;
	const char *name;
	bool (*holds)(const struct facts *facts, struct tc_limited *out);
} rules[] = {
	{TC_LIMIT_MEMORY, "memory", by_memory},
	{TC_LIMIT_THROTTLED, "throttled", by_quota},
	{TC_LIMIT_CPU, "cpu", by_cpu},
	{TC_LIMIT_WAITING, "waiting_for_cpu", by_waiting},
	{TC_LIMIT_DISK, "disk", by_disk},
	{TC_LIMIT_ONE_THREAD, "one_thread", by_one_thread},
	{TC_LIMIT_NONE, "none", by_nothing},
};

void tc_limit_find(struct tc_limited *out, const struct tc_session *session, tc_instant from, tc_instant to)
{
	const struct tc_manifest *m = &session->manifest;
	const struct facts facts = {session, from, to, m->cpu_limit > 0 ? m->cpu_limit : (double)m->cpus};
	*out = (struct tc_limited){.by = TC_LIMIT_UNKNOWN, .share = NAN};
	if (to - from < SHORTEST_NS) {
		snprintf(out->evidence, sizeof out->evidence, "less than a second tells nothing");
		return;
	}
	if (isnan(mean(&facts, "process.cpu")) || !(facts.cores > 0)) {
		snprintf(out->evidence, sizeof out->evidence, "there are no readings of its CPU time");
		return;
	}
	for (size_t i = 0; i < sizeof rules / sizeof *rules; i++) {
		out->share = NAN;
		if (rules[i].holds(&facts, out)) {
			out->by = rules[i].by;
			return;
		}
	}
}

const char *tc_limit_name(enum tc_limit by)
{
	for (size_t i = 0; i < sizeof rules / sizeof *rules; i++)
		if (rules[i].by == by)
			return rules[i].name;
	return NULL;
}
