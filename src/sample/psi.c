/* SPDX-License-Identifier: MIT */
#include "sample/psi.h"
#include "sample/procfile.h"

#include <math.h>
#include <unistd.h>

static void take(struct tc_counter *counter, const char *text, const char *line, const struct tc_moment *now,
	struct tc_reading *out)
{
	uint64_t total_us;
	const char *at = tc_parse_behind(text, line);
	if (!at || !tc_parse_number(tc_parse_behind(at, "total="), &total_us))
		return;
	tc_counter_take(counter, now, total_us, 64, 1e-6, out);
	out->value = out->value > 1 ? 100 : out->value * 100;
}

void tc_psi_read(struct tc_psi *psi, struct tc_moment *now, struct tc_reading *some, struct tc_reading *full)
{
	char text[256];
	if (!tc_procfile_read_now(psi->fd, text, sizeof text, now))
		return;
	take(&psi->some, text, "some ", now, some);
	if (full)
		take(&psi->full, text, "full ", now, full);
}

void tc_psi_close(struct tc_psi *psi)
{
	if (psi->fd >= 0)
		close(psi->fd);
}

/* ---- of the machine ---- */

enum { CPU, MEMORY, IO, RESOURCES };
enum {
	CPU_SOME,
	MEMORY_SOME,
	MEMORY_FULL,
	IO_SOME,
	IO_FULL,
	SERIES
}; /* all of a machine waiting for a CPU cannot be */
static const struct {
	const char *path;
	int some, full;
} resources[RESOURCES] = {
	[CPU] = {"proc/pressure/cpu", CPU_SOME, -1},
	[MEMORY] = {"proc/pressure/memory", MEMORY_SOME, MEMORY_FULL},
	[IO] = {"proc/pressure/io", IO_SOME, IO_FULL},
};

struct machine {
	struct tc_psi psi[RESOURCES];
};

static void machine_read(void *state, struct tc_moment *now, struct tc_reading *readings)
{
	struct machine *machine = state;
	for (int i = 0; i < RESOURCES; i++) {
		int full = resources[i].full;
		tc_psi_read(&machine->psi[i], now, &readings[resources[i].some], full < 0 ? NULL : &readings[full]);
	}
}

static void machine_open(void *state, const struct tc_sample_place *place, struct tc_series *series)
{
	struct machine *machine = state;
	struct tc_reading readings[SERIES];
	struct tc_moment now = tc_sample_moment(place->now_ns);
	for (int i = 0; i < SERIES; i++)
		readings[i] = (struct tc_reading){NAN, NAN};
	for (int i = 0; i < RESOURCES; i++)
		machine->psi[i].fd = tc_procfile_open(place->root, "%s", resources[i].path);
	machine_read(machine, &now, readings);
	for (int i = 0; i < SERIES; i++)
		if (isnan(readings[i].total))
			series[i].absent = TC_PSI_ABSENT;
}

static void machine_close(void *state, uint64_t now_ns)
{
	struct machine *machine = state;
	(void)now_ns;
	for (int i = 0; i < RESOURCES; i++)
		tc_psi_close(&machine->psi[i]);
}

static const struct tc_series series_of_psi[] = {
	[CPU_SOME] = {.name = "system.cpu_pressure",
		TC_PSI_UNITS,
		.source = "/proc/pressure/cpu",
		.help = "Time in which some task of the machine wanted a CPU and had none."},
	[MEMORY_SOME] = {.name = "system.memory_pressure",
		TC_PSI_UNITS,
		.source = "/proc/pressure/memory",
		.help = "Time in which some task waited for memory: swapping, or reading again what was dropped."},
	[MEMORY_FULL] = {.name = "system.memory_pressure_full",
		TC_PSI_UNITS,
		.source = "/proc/pressure/memory",
		.help = "Time in which all tasks that had work waited for memory."},
	[IO_SOME] = {.name = "system.io_pressure",
		TC_PSI_UNITS,
		.source = "/proc/pressure/io",
		.help = "Time in which some task waited for a disk."},
	[IO_FULL] = {.name = "system.io_pressure_full",
		TC_PSI_UNITS,
		.source = "/proc/pressure/io",
		.help = "Time in which all tasks that had work waited for a disk."},
};

const struct tc_sampler tc_sampler_psi = {
	.name = "psi",
	.group = TC_CHEAP,
	.state_bytes = sizeof(struct machine),
	.series = series_of_psi,
	.series_count = SERIES,
	.open = machine_open,
	.read = machine_read,
	.close = machine_close,
};
