/* SPDX-License-Identifier: MIT */
#include "cli/recording.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <tacho/error.h>
#include "base/error.h"
#include "cli/report.h"
#include "format/redact.h"
#include "observe/describe.h"
#include "read/zstd.h"

/* Programs below get it by the environment; so does all that asks for a setting in this process. */
static int set(struct tc_recording *recording, const char *option, const char *key, const char *value)
{
	int id = tc_setting_find(key);
	uint64_t number;
	if (id < 0 || tc_setting_parse((enum tc_setting_id)id, value, option, &number) != 0 ||
		tc_settings_set(&recording->settings, key, value, TC_FROM_OPTION) != 0)
		return TACHO_EINVAL;
	return setenv(tc_setting_table[id].environment, value, 1) == 0 ? 0 : TACHO_ENOMEM;
}

int tc_recording_keep(struct tc_recording *recording, const char *what)
{
	return set(recording, "--keep", "keep", what);
}

static int take_setting(struct tc_recording *recording, const char *text)
{
	char key[64];
	const char *equals = strchr(text, '=');
	if (!equals || equals == text || (size_t)(equals - text) >= sizeof key)
		return tc_error(TACHO_EINVAL, "-c takes KEY=VALUE, not \"%.60s\" (tacho config lists the keys)", text);
	memcpy(key, text, (size_t)(equals - text));
	key[equals - text] = '\0';
	return set(recording, "-c", key, equals + 1);
}

int tc_recording_take(struct tc_recording *recording, enum tc_recording_option option, const char *value)
{
	switch (option) {
	case TC_RECORDING_OUTPUT:
		recording->directory = value;
		break;
	case TC_RECORDING_NAME:
		recording->name = value;
		break;
	case TC_RECORDING_INTERVAL:
		return set(recording, "--interval", "interval", value);
	case TC_RECORDING_SETTING:
		return take_setting(recording, value);
	case TC_RECORDING_PROGRESS:
		recording->progress = true;
		break;
	case TC_RECORDING_QUIET:
		recording->quiet = true;
		break;
	case TC_RECORDING_EXPORT:
		return tc_export_plan_add(&recording->exports, value);
	case TC_RECORDING_EXPORT_EVERY:
		return tc_export_plan_every(&recording->exports, value);
	case TC_RECORDING_OWN:
		break;
	}
	return 0;
}

/* A session is found again by its name, and what has a slash is looked for as a path. */
static int check_name(const char *name)
{
	if (!name || (*name && !strchr(name, '/')))
		return 0;
	return tc_error(TACHO_EINVAL,
		"--name takes a name that is not empty and has no \"/\", not \"%.60s\": -o says where the session lies",
		name);
}

int tc_recording_check(struct tc_recording *recording)
{
	if (check_name(recording->name) != 0 || tc_export_plan_check(&recording->exports) != 0)
		return TACHO_EINVAL;
	return tc_settings_conflict(&recording->settings, TC_FROM_OPTION);
}

static uint64_t interval_ns(const struct tc_recording *recording)
{
	return tc_settings_number(&recording->settings, TC_SET_INTERVAL);
}

int tc_recording_make(struct tc_recording *recording, const char *program, pid_t pid, char *const *arguments)
{
	struct tc_manifest *m = &recording->manifest;
	if (!recording->name) {
		const char *slash = strrchr(program, '/');
		recording->name = slash && slash[1] ? slash + 1 : program;
	}
	int r = tc_session_create(&recording->paths, recording->directory, recording->name);
	if (r != 0)
		return r;
	tc_redact_rules(tc_settings_text(&recording->settings, TC_SET_REDACT_KEYS),
		tc_settings_text(&recording->settings, TC_SET_REDACT_VALUES));
	if (pid)
		tc_describe_process(m, recording->name, pid);
	else
		tc_describe(m, recording->name, arguments);
	m->interval_ms = interval_ns(recording) / 1000000;
	for (size_t i = 0; i < recording->settings.complaints; i++)
		tc_manifest_note(m, recording->settings.complaint[i]);
	r = tc_manifest_write(recording->paths.directory, m);
	if (r != 0)
		tc_recording_discard(recording);
	return r;
}

int tc_recording_observe(
	struct tc_recording *recording, pid_t root, uint64_t started_ns, const struct tc_own_group *group)
{
	struct tc_observer_options what = {.directory = recording->paths.directory,
		.live = recording->paths.live,
		.root = root,
		.group = group,
		.arguments = recording->manifest.arguments,
		.started_ns = started_ns};
	tc_observer_set(&what, &recording->settings);
	what.packer = what.keep ? tc_zstd_packer() : NULL;
	int r = tc_observer_open(&recording->observer, &what);
	if (r != 0)
		recording->observer = NULL;
	tc_progress_begin(&recording->progress_line, recording->progress, recording->paths.directory);
	return r;
}

uint64_t tc_recording_tick(void *context)
{
	struct tc_recording *recording = context;
	uint64_t pause_ns = recording->observer ? tc_observer_tick(recording->observer) : interval_ns(recording);
	uint64_t line_ns = tc_progress_show(&recording->progress_line);
	uint64_t export_ns =
		tc_export_plan_go(&recording->exports, recording->paths.directory, false, recording->complain);
	pause_ns = line_ns < pause_ns ? line_ns : pause_ns;
	return export_ns < pause_ns ? export_ns : pause_ns;
}

void tc_recording_end(struct tc_recording *recording, int (*complain)(const char *sentence))
{
	struct tc_manifest *m = &recording->manifest;
	tc_progress_end(&recording->progress_line);
	tc_describe_now(&m->end);
	tc_observer_close(recording->observer);
	if (tc_session_finish(&recording->paths, m) != 0)
		complain(tacho_last_error());
	if (!recording->quiet && tc_report_session(recording->paths.directory, stderr) != 0)
		complain(tacho_last_error());
	tc_export_plan_go(&recording->exports, recording->paths.directory, true, complain);
	/* What others left behind, unless that would make a short run longer. */
	if (m->end.monotonic_ns - m->begin.monotonic_ns > 1000000000u)
		tc_store_adopt();
}

void tc_recording_discard(struct tc_recording *recording)
{
	tc_progress_end(&recording->progress_line);
	tc_observer_close(recording->observer);
	recording->observer = NULL;
	tc_session_discard(&recording->paths);
}
