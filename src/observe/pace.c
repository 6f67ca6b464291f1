/* SPDX-License-Identifier: MIT */
#include "observe/pace.h"

#include <stdio.h>

static const double aim = 0.75; /* of the budget: costs vary, and what is slowed down costs more each time */
enum { LIGHT = 16 };            /* a part of the budget that is not worth saving */
/* A new cost counts for so much of what is thought to be usual: 1/4; of what comes in bursts, outside of the works, 1/16. */
enum { SMOOTHING = 4, SMOOTHING_OUTSIDE = 16 };

void tc_pace_init(struct tc_pace *pace, const uint64_t set_ns[TC_SAMPLE_GROUPS], double budget_cores)
{
	*pace = (struct tc_pace){.budget_cores = budget_cores};
	for (int group = 0; group < TC_SAMPLE_GROUPS; group++)
		pace->set_ns[group] = set_ns[group];
	for (int work = 0; work < TC_WORKS; work++)
		pace->work[work].slower = 1;
}

bool tc_pace_is_asked(const struct tc_pace *pace, enum tc_sample_group group)
{
	return pace->wishes.interval_ns[group] || pace->set_ns[group];
}

uint64_t tc_pace_interval(const struct tc_pace *pace, enum tc_sample_group group)
{
	static const uint64_t usual_ns[] = {[TC_CHEAP] = 1000000000, [TC_DEAR] = 10000000000};
	if (!tc_pace_is_asked(pace, group))
		return usual_ns[group];
	return pace->wishes.interval_ns[group] ? pace->wishes.interval_ns[group] : pace->set_ns[group];
}

uint64_t tc_pace_slowed(const struct tc_pace *pace, enum tc_work work, uint64_t interval_ns)
{
	uint64_t slower = pace->work[work].slower;
	if (slower == 1 || interval_ns >= TC_PACE_MOST_NS)
		return interval_ns;
	return interval_ns > TC_PACE_MOST_NS / slower ? TC_PACE_MOST_NS : interval_ns * slower;
}

void tc_pace_spent(struct tc_pace *pace, enum tc_work work, uint64_t cost_ns, uint64_t every_ns)
{
	struct tc_work_done *done = &pace->work[work];
	done->cost_ns = done->every_ns ? (done->cost_ns * (SMOOTHING - 1) + cost_ns) / SMOOTHING : cost_ns;
	done->every_ns = every_ns;
	pace->outside_ns -= (int64_t)cost_ns;
}

void tc_pace_ticked(struct tc_pace *pace, uint64_t cost_ns)
{
	pace->outside_ns += (int64_t)cost_ns;
}

void tc_pace_apart(struct tc_pace *pace, uint64_t cost_ns)
{
	pace->outside_ns -= (int64_t)cost_ns;
}

void tc_pace_passed(struct tc_pace *pace, uint64_t ns)
{
	double cores = ns && pace->outside_ns > 0 ? (double)pace->outside_ns / (double)ns : 0;
	pace->outside_cores += (cores - pace->outside_cores) / SMOOTHING_OUTSIDE;
	pace->outside_ns = 0;
}

static double load_cores(const struct tc_pace *pace)
{
	double sum = pace->outside_cores;
	for (enum tc_work work = 0; work < TC_WORKS; work++)
		if (pace->work[work].every_ns)
			sum += (double)pace->work[work].cost_ns /
			       (double)tc_pace_slowed(pace, work, pace->work[work].every_ns);
	return sum;
}

/* What takes next to nothing is not slowed down for what others take. */
static bool weighs(const struct tc_pace *pace, enum tc_work work)
{
	const struct tc_work_done *done = &pace->work[work];
	return done->every_ns &&
	       (double)done->cost_ns / (double)tc_pace_slowed(pace, work, done->every_ns) > pace->budget_cores / LIGHT;
}

static void show(char *text, size_t room, uint64_t ns)
{
	bool seconds = ns >= 1000000000;
	snprintf(text, room, "%.3g %s", (double)ns / (seconds ? 1e9 : 1e6), seconds ? "s" : "ms");
}

static void tell(const struct tc_pace *pace, enum tc_work work, double load, char *note, size_t room)
{
	static const char *const what[] = {[TC_WORK_DEAR] = "what is dear to read is read",
		[TC_WORK_STATES] = "the state of threads is looked at",
		[TC_WORK_WINDOWS] = "the recordings are read, and time windows end,",
		[TC_WORK_CHEAP] = "the machine and the processes are looked at"};
	char is[32], was[32];
	uint64_t every_ns = pace->work[work].every_ns;
	show(was, sizeof was, every_ns);
	show(is, sizeof is, tc_pace_slowed(pace, work, every_ns));
	snprintf(note, room,
		"Observing would take %.2g %% of a core, and aims at %.2g %% to stay within %.2g %% (observer_budget): "
		"at "
		"times %s only every %s or more seldom, not every %s.",
		load * 100, aim * pace->budget_cores * 100, pace->budget_cores * 100, what[work], is, was);
}

bool tc_pace_keep(struct tc_pace *pace, bool quiet, char *note, size_t room)
{
	bool said = false;
	for (int work = 0; work < TC_WORKS; work++)
		pace->work[work].slower = 1;
	double load = load_cores(pace);
	for (enum tc_work work = 0; work < TC_WORKS; work++) {
		struct tc_work_done *done = &pace->work[work];
		while (load_cores(pace) > aim * pace->budget_cores && weighs(pace, work) &&
			done->slower < TC_PACE_SLOWEST)
			done->slower *= 2;
		if (done->slower == 1 || said || quiet || pace->told >> work & 1)
			continue;
		tell(pace, work, load, note, room);
		pace->told |= 1u << work;
		said = true;
	}
	return said;
}
