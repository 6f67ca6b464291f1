/* SPDX-License-Identifier: MIT
 *
 * cmd_config.c - the settings in force, and where each of them comes from.
 */
#include <stdio.h>
#include <string.h>
#include "base/json.h"
#include "base/strbuf.h"
#include "base/text.h"
#include "cli/command.h"
#include "cli/page.h"
#include "cli/screen.h"
#include "format/settings.h"
#include "format/settings_file.h"

static const struct tc_option options[] = {
	{0, "format", "FORMAT", "text (as usual) or json."},
	{0},
};

static const char *const types[] = {[TC_TYPE_COUNT] = "count",
	[TC_TYPE_BYTES] = "bytes",
	[TC_TYPE_DURATION] = "duration",
	[TC_TYPE_PERCENT] = "percent",
	[TC_TYPE_BOOL] = "bool",
	[TC_TYPE_CHOICE] = "choice",
	[TC_TYPE_TEXT] = "text"};

static void put_origin(struct tc_strbuf *out, const struct tc_settings *settings, int id)
{
	if (settings->value[id].origin == TC_FROM_FILE)
		tc_strbuf_printf(out, "%s:%u", settings->file, settings->value[id].line);
	else if (settings->value[id].origin == TC_FROM_ENVIRONMENT)
		tc_strbuf_puts(out, tc_setting_table[id].environment);
}

enum { KEY_COLUMNS = 23, VALUE_COLUMNS = 14, USUAL_COLUMNS = 10 };

static void draw_heading(struct tc_screen *screen)
{
	tc_screen_put(screen, TC_DIM, "  setting");
	tc_screen_to(screen, 2 + KEY_COLUMNS);
	tc_screen_put(screen, TC_DIM, "value");
	tc_screen_to(screen, 2 + KEY_COLUMNS + VALUE_COLUMNS);
	tc_screen_put(screen, TC_DIM, "usual");
	tc_screen_to(screen, 2 + KEY_COLUMNS + VALUE_COLUMNS + USUAL_COLUMNS);
	tc_screen_put(screen, TC_DIM, "from");
	tc_screen_line(screen);
}

/* A value that is too wide for its column has its line for itself. */
static void draw(struct tc_screen *screen, const struct tc_settings *settings, int id)
{
	char value[TC_SETTING_TEXT_BYTES];
	struct tc_strbuf shown = {0}, origin = {0};
	tc_setting_show(settings, (enum tc_setting_id)id, value, sizeof value);
	tc_text_escape(&shown, *value ? value : "-", *value ? strlen(value) : 1, !screen->utf8);
	put_origin(&origin, settings, id);
	if (settings->value[id].origin == TC_FROM_CONFLICT)
		tc_strbuf_puts(&origin, "a conflict");
	tc_screen_put(screen, TC_PLAIN, "  ");
	tc_screen_put(screen, origin.bytes ? TC_BOLD : TC_PLAIN, tc_setting_table[id].key);
	tc_screen_to(screen, 2 + KEY_COLUMNS);
	tc_screen_whole(screen, TC_PLAIN, tc_strbuf_text(&shown));
	if (tc_text_columns(tc_strbuf_text(&shown)) >= VALUE_COLUMNS)
		tc_screen_line(screen);
	tc_screen_to(screen, 2 + KEY_COLUMNS + VALUE_COLUMNS);
	tc_screen_put(screen, TC_DIM, *tc_setting_table[id].usual ? tc_setting_table[id].usual : "-");
	tc_screen_to(screen, 2 + KEY_COLUMNS + VALUE_COLUMNS + USUAL_COLUMNS);
	tc_screen_whole(screen, TC_DIM, tc_strbuf_text(&origin));
	tc_screen_line(screen);
	tc_strbuf_release(&shown);
	tc_strbuf_release(&origin);
}

static int config_text(const struct tc_settings *settings)
{
	struct tc_screen screen;
	char path[TC_SETTING_TEXT_BYTES];
	tc_screen_init(&screen, stdout);
	draw_heading(&screen);
	for (int id = 0; id < TC_SETTINGS; id++)
		draw(&screen, settings, id);
	tc_screen_line(&screen);
	tc_screen_put(&screen, TC_DIM, "  file ");
	tc_screen_whole(&screen, TC_DIM, tc_settings_path(path, sizeof path) ? path : "-");
	tc_screen_put(&screen, TC_DIM, *settings->file ? "" : " (there is none)");
	tc_screen_line(&screen);
	for (size_t i = 0; i < settings->complaints; i++) {
		tc_screen_put(&screen, TC_WARN, "! ");
		tc_screen_words(&screen, TC_PLAIN, settings->complaint[i], 2);
		tc_screen_line(&screen);
	}
	int error = tc_screen_write(&screen, stdout);
	tc_screen_release(&screen);
	return error ? 2 : 0;
}

static void put_value(struct tc_json *json, const struct tc_settings *settings, int id)
{
	if (tc_setting_table[id].type == TC_TYPE_BOOL)
		tc_json_bool(json, "value_bool", tc_settings_number(settings, (enum tc_setting_id)id));
	else if (tc_setting_table[id].type == TC_TYPE_DURATION)
		tc_json_u64(json, "value_ns", tc_settings_number(settings, (enum tc_setting_id)id));
	else if (tc_setting_table[id].type == TC_TYPE_PERCENT)
		tc_json_f64(json, "value_percent", (double)tc_settings_number(settings, (enum tc_setting_id)id) / 1000);
	else if (tc_setting_table[id].type == TC_TYPE_BYTES)
		tc_json_u64(json, "value_bytes", tc_settings_number(settings, (enum tc_setting_id)id));
}

static void setting_json(struct tc_json *json, const struct tc_settings *settings, int id)
{
	static const char *const from[] = {"default", "file", "environment", NULL, NULL, "conflict"};
	const struct tc_setting *s = &tc_setting_table[id];
	char value[TC_SETTING_TEXT_BYTES];
	tc_setting_show(settings, (enum tc_setting_id)id, value, sizeof value);
	tc_json_object(json, NULL);
	tc_json_text(json, "key", s->key);
	tc_json_text(json, "type", types[s->type]);
	tc_json_text(json, "value", value);
	put_value(json, settings, id);
	tc_json_text(json, "default", s->usual);
	tc_json_text(json, "origin", from[settings->value[id].origin]);
	struct tc_strbuf origin = {0};
	put_origin(&origin, settings, id);
	tc_json_text(json, "origin_place", origin.bytes ? origin.text : NULL);
	tc_strbuf_release(&origin);
	tc_json_text(json, "environment", s->environment);
	tc_json_text(json, "range", s->range);
	tc_json_text(json, "help", s->help);
	tc_json_end(json);
}

static int config_json(const struct tc_settings *settings)
{
	struct tc_json json;
	tc_json_init(&json, stdout, true);
	tc_json_object(&json, NULL);
	tc_json_text(&json, "schema", "tacho.config/1");
	tc_json_text(&json, "file", *settings->file ? settings->file : NULL);
	tc_json_array(&json, "settings");
	for (int id = 0; id < TC_SETTINGS; id++)
		setting_json(&json, settings, id);
	tc_json_end(&json);
	tc_json_array(&json, "notes");
	for (size_t i = 0; i < settings->complaints; i++)
		tc_json_text(&json, NULL, settings->complaint[i]);
	tc_json_end(&json);
	tc_json_end(&json);
	return 0;
}

static int run(const struct tc_command *self, int argc, char **argv)
{
	static struct tc_settings settings;
	bool as_json;
	int status = tc_args_format_alone(self, argc, argv, &as_json);
	if (status >= 0)
		return status;
	tc_settings_load(&settings);
	return as_json ? config_json(&settings) : config_text(&settings);
}

static void help_on_settings(const struct tc_page *page)
{
	char text[768];
	tc_page_heading(page, "Settings");
	for (int id = 0; id < TC_SETTINGS; id++) {
		const struct tc_setting *s = &tc_setting_table[id];
		if (*s->usual)
			snprintf(text, sizeof text, "%s It takes %s; usual: %s.", s->help, s->range, s->usual);
		else
			snprintf(text, sizeof text, "%s It takes %s.", s->help, s->range);
		tc_page_item(page, s->key, text);
	}
}

const struct tc_command tc_command_config = {
	.name = "config",
	.summary = "show the settings in force, and where each comes from",
	.synopsis = "[--format FORMAT]",
	.description =
		"Prints each setting with its value, the usual one, and where the value comes from: a line of the file "
		"or a variable of the environment; nothing there means that it is as usual.\n"
		"\n"
		"A setting is looked for in this order: what a program gave to tacho_start(); -c KEY=VALUE of tacho "
		"run; "
		"the environment variable TACHO_KEY, in capitals; the file $XDG_CONFIG_HOME/tacho/config, else "
		"~/.config/tacho/config, with lines KEY = VALUE and comments after #; what is usual. A value that "
		"cannot "
		"be used never stops a program: the next in this order serves, and the session has a note that says "
		"so; "
		"so it has for a variable TACHO_... that nothing heeds. "
		"Set-uid programs heed neither file nor environment.",
	.options = options,
	.examples = "tacho config\t# what is in force\n"
		    "TACHO_INTERVAL=50ms tacho config\t# what it would be\n"
		    "tacho run -c ring_records=65536 -- ./job\t# for one run",
	.more = help_on_settings,
	.run = run,
};
