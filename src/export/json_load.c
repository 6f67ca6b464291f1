/* SPDX-License-Identifier: MIT */
#include <math.h>
#include "analyze/load.h"
#include "export/report_json.h"

static void level(struct tc_json *json, const char *key, enum tc_level level, const char *reason)
{
	tc_json_given(json, key, tc_level_name(level), reason);
}

/* When what is alerted of began. */
static void since(struct tc_json *json, const struct tc_load *load, const char *reason)
{
	const struct tc_load_part *cpu = &load->part[TC_LOAD_CPU], *ram = &load->part[TC_LOAD_RAM];
	if (load->now == TC_LEVEL_UNKNOWN)
		tc_json_absent(json, "level_now_since_ns", reason);
	else
		tc_json_i64(json, "level_now_since_ns", cpu->now == load->now ? cpu->since : ram->since);
}

static void row(struct tc_json *json, const char *key, const struct tc_loads *loads, const struct tc_load *load)
{
	const struct tc_load_part *cpu = &load->part[TC_LOAD_CPU], *ram = &load->part[TC_LOAD_RAM];
	const char *reason = load->name ? "no thread was seen in it" : "there are no readings of it";
	const char *ram_reason =
		load->name && cpu->level != TC_LEVEL_UNKNOWN ? "whose the memory was is not told apart" : reason;
	tc_json_object(json, key);
	if (load->name)
		tc_json_bytes(json, "name", load->name, load->bytes);
	level(json, "level", load->level, reason);
	level(json, "level_now", load->now, reason);
	since(json, load, reason);
	tc_json_bool(json, "provisional", cpu->provisional || (ram->level != TC_LEVEL_UNKNOWN && ram->provisional));
	tc_json_u64(json, "n", load->samples);
	tc_json_text(json, "method", load->samples < TC_LEVEL_SAMPLES ? "maximum" : "p95");
	tc_json_bool(json, "enough_data", load->samples >= TC_LEVEL_SAMPLES);
	tc_json_bool(json, "active", load->active);
	level(json, "cpu_level", cpu->level, reason);
	tc_json_known(json, "cpu_percent", cpu->figure, reason);
	tc_json_known(json, "cpu_cores", cpu->figure / 100 * loads->cpus, reason);
	level(json, "ram_level", ram->level, ram_reason);
	tc_json_known(json, "ram_bytes", ram->figure, ram_reason);
	tc_json_end(json);
}

void tc_json_load(struct tc_json *json, const struct tc_loads *loads)
{
	const struct tc_load_limits *limits = &loads->limits;
	tc_json_object(json, "load");
	tc_json_u64(json, "windows", loads->windows);
	tc_json_object(json, "limits");
	tc_json_f64(json, "cpu_yellow_percent", limits->cpu_percent.yellow);
	tc_json_f64(json, "cpu_red_percent", limits->cpu_percent.red);
	tc_json_f64(json, "ram_yellow_bytes", limits->ram_bytes.yellow);
	tc_json_f64(json, "ram_red_bytes", limits->ram_bytes.red);
	tc_json_end(json);
	row(json, "tree", loads, &loads->tree);
	tc_json_bool(json, "tree_shared_often", loads->tree.shared_often);
	tc_json_u64(json, "active_modules", loads->active);
	tc_json_array(json, "heavy_modules");
	for (size_t i = 0; i < loads->heavy; i++)
		tc_json_bytes(json, NULL, loads->module[i].name, loads->module[i].bytes);
	tc_json_end(json);
	tc_json_array(json, "modules");
	for (size_t i = 0; i < loads->modules; i++)
		row(json, NULL, loads, &loads->module[i]);
	tc_json_end(json);
	tc_json_end(json);
}
