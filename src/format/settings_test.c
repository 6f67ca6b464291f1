/* SPDX-License-Identifier: MIT */
#include "format/settings.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <tacho/error.h>
#include <unistd.h>
#include "base/test.h"
#include "format/settings_file.h"

static char home[64];
static struct tc_settings s;

static int clear(void **state)
{
	(void)state;
	char path[128];
	for (int id = 0; id < TC_SETTINGS; id++)
		unsetenv(tc_setting_table[id].environment);
	snprintf(path, sizeof path, "%s/tacho/config", home);
	unlink(path);
	return 0;
}

/* Whatever the tests are run with. */
static void forget_variables(void)
{
	for (char **variable = environ; *variable;) {
		char name[512];
		snprintf(name, sizeof name, "%.*s", (int)strcspn(*variable, "="), *variable);
		if (strncmp(name, "TACHO_", 6) != 0 || unsetenv(name) != 0)
			variable++;
	}
}

static int make_home(void **state)
{
	char path[128];
	forget_variables();
	strcpy(home, "/tmp/tacho-settings-XXXXXX");
	if (!mkdtemp(home))
		return -1;
	snprintf(path, sizeof path, "%s/tacho", home);
	setenv("XDG_CONFIG_HOME", home, 1);
	return mkdir(path, 0700) || clear(state);
}

static int remove_home(void **state)
{
	char path[128];
	clear(state);
	snprintf(path, sizeof path, "%s/tacho", home);
	return rmdir(path) || rmdir(home);
}

static void write_file(const char *text)
{
	char path[128];
	snprintf(path, sizeof path, "%s/tacho/config", home);
	FILE *file = fopen(path, "w");
	assert_non_null(file);
	fputs(text, file);
	fclose(file);
}

#define NUMBER(id) tc_settings_number(&s, id)
#define ORIGIN(id) s.value[id].origin

static void the_usual_ones_are_in_their_range(void **state)
{
	(void)state;
	for (int id = 0; id < TC_SETTINGS; id++) {
		const struct tc_setting *t = &tc_setting_table[id];
		uint64_t number = 0;
		char upper[64] = "TACHO_";
		for (size_t i = 0; t->key[i]; i++)
			upper[6 + i] = t->key[i] == '_' ? '_' : (char)(t->key[i] - 'a' + 'A');
		assert_string_equal(t->environment, upper);
		assert_int_equal(tc_setting_parse((enum tc_setting_id)id, t->usual, "here", &number), 0);
	}
	tc_settings_load(&s);
	assert_int_equal(s.complaints, 0);
	assert_int_equal(NUMBER(TC_SET_RING_RECORDS), 4096);
	assert_int_equal(NUMBER(TC_SET_INTERVAL), 1000000000);
	assert_int_equal(NUMBER(TC_SET_OBSERVER), 1);
	assert_int_equal(NUMBER(TC_SET_ATTRIBUTE_RING_BYTES), 65536);
	assert_string_equal(s.file, "");
}

static void the_environment_goes_before_the_file(void **state)
{
	(void)state;
	write_file("# mine\n  ring_records = 64  # few\n\ninterval=2s\r\nredact_keys = *token*, pass#word\n");
	setenv("TACHO_INTERVAL", "20ms", 1);
	tc_settings_load(&s);
	assert_int_equal(s.complaints, 0);
	assert_int_equal(NUMBER(TC_SET_RING_RECORDS), 64);
	assert_int_equal(ORIGIN(TC_SET_RING_RECORDS), TC_FROM_FILE);
	assert_int_equal(s.value[TC_SET_RING_RECORDS].line, 2);
	assert_int_equal(NUMBER(TC_SET_INTERVAL), 20000000);
	assert_int_equal(ORIGIN(TC_SET_INTERVAL), TC_FROM_ENVIRONMENT);
	assert_string_equal(tc_settings_text(&s, TC_SET_REDACT_KEYS), "*token*, pass#word");
	assert_int_equal(tc_settings_set(&s, "interval", "1h", TC_FROM_OPTION), 0);
	assert_int_equal(tc_settings_set_number(&s, TC_SET_INTERVAL, 30000000, TC_FROM_API), 0);
	assert_int_equal(NUMBER(TC_SET_INTERVAL), 30000000);
}

static void assert_complaint(size_t i, const char *const *parts)
{
	assert_true(i < s.complaints);
	for (; *parts; parts++)
		if (!strstr(s.complaint[i], *parts))
			fail_msg("\"%s\" lacks \"%s\"", s.complaint[i], *parts);
}

static void what_cannot_be_used_is_passed_over_and_said(void **state)
{
	(void)state;
	write_file("ring_record = 64\nring_records = 48\nnonsense\nobserver =\ninterval = 5s\n");
	setenv("TACHO_INTERVAL", "1ms", 1);
	setenv("TACHO_KEEP_SLOWEST", "-1", 1);
	tc_settings_load(&s);
	assert_int_equal(s.complaints, 6);
	assert_complaint(0, (const char *[]){"config:1", "\"ring_record\"", "did you mean ring_records?", NULL});
	assert_complaint(1,
		(const char *[]){"ring_records", "\"48\"", "config:2", "from 16 to 16777216", "; 4096 is used", NULL});
	assert_complaint(2, (const char *[]){"config:3", "KEY = VALUE", "nonsense", NULL});
	assert_complaint(3, (const char *[]){"observer is empty", "config:4", "yes or no", "; yes is used", NULL});
	assert_complaint(
		4, (const char *[]){"interval", "\"1ms\"", "TACHO_INTERVAL", "10ms to 1h", "; 5s is used", NULL});
	assert_complaint(5, (const char *[]){"keep_slowest", "\"-1\"", "; 5 is used", NULL});
	assert_int_equal(NUMBER(TC_SET_INTERVAL), 5000000000);
	assert_int_equal(ORIGIN(TC_SET_INTERVAL), TC_FROM_FILE);
}

static void keeping_all_makes_rings_larger_unless_they_are_set(void **state)
{
	(void)state;
	setenv("TACHO_KEEP", "all", 1);
	setenv("TACHO_ATTRIBUTE_RING_BYTES", "8192", 1);
	tc_settings_load(&s);
	assert_int_equal(s.complaints, 0);
	assert_int_equal(NUMBER(TC_SET_KEEP), TC_KEEP_ALL);
	assert_int_equal(NUMBER(TC_SET_RING_RECORDS), 65536);
	assert_int_equal(ORIGIN(TC_SET_RING_RECORDS), TC_FROM_DEFAULT);
	assert_int_equal(NUMBER(TC_SET_ATTRIBUTE_RING_BYTES), 8192);
}

static void unknown_variables_are_said(void **state)
{
	(void)state;
	char name[256];
	memset(name, 'X', sizeof name - 1);
	memcpy(name, "TACHO_", 6);
	name[sizeof name - 1] = 0;
	setenv("TACHO_SESSION", "/s", 1);
	setenv("TACHO_PARENT", "a", 1);
	setenv("TACHO_interval", "1s", 1);
	setenv("TACHOMETER", "1s", 1);
	setenv(name, "", 1);
	tc_settings_load(&s);
	assert_int_equal(s.complaints, 2);
	assert_complaint(0, (const char *[]){"nothing heeds the variable TACHO_interval", "tacho config", NULL});
	assert_complaint(1, (const char *[]){"nothing heeds the variable TACHO_XXX", "tacho config", NULL});
	assert_int_equal(ORIGIN(TC_SET_INTERVAL), TC_FROM_DEFAULT);
	forget_variables();
	setenv("TACHO_", "", 1);
	setenv("TACHO_KEEP_SLOW", "1", 1);
	tc_settings_load(&s);
	assert_int_equal(s.complaints, 2);
	assert_complaint(1, (const char *[]){"TACHO_KEEP_SLOW;", "did you mean TACHO_KEEP_SLOWEST?", NULL});
	forget_variables();
	char **all = environ;
	environ = NULL; /* clearenv() */
	tc_settings_load(&s);
	environ = all;
	assert_int_equal(s.complaints, 0);
}

static void very_many_complaints_end(void **state)
{
	(void)state;
	char text[8192], *at = text;
	for (int i = 0; i < 100; i++)
		at += sprintf(at, "what is that %d\nring_records = %d\n", i, i * 2 + 17);
	write_file(text);
	tc_settings_load(&s);
	assert_int_equal(s.complaints, TC_COMPLAINTS);
	assert_int_equal(NUMBER(TC_SET_RING_RECORDS), 4096);
}

static void a_long_line_or_text_does_no_harm(void **state)
{
	(void)state;
	static char text[20000];
	memset(text, 'x', sizeof text - 1);
	memcpy(text, "store = ", 8);
	write_file(text);
	tc_settings_load(&s);
	assert_int_equal(s.complaints, 1);
	assert_complaint(0, (const char *[]){"store", "at most 4095", "what is usual is used", NULL});
	text[4095] = 0;
	setenv("TACHO_STORE", text, 1);
	tc_settings_load(&s);
	assert_int_equal(strlen(tc_settings_text(&s, TC_SET_STORE)), 4095);
	setenv("TACHO_RING_RECORDS", text, 1);
	tc_settings_load(&s);
	assert_int_equal(NUMBER(TC_SET_RING_RECORDS), 4096);
}

static void what_does_not_go_together_is_mended(void **state)
{
	(void)state;
	setenv("TACHO_ATTRIBUTE_TEXT_BYTES", "4K", 1);
	setenv("TACHO_ATTRIBUTE_RING_BYTES", "8KiB", 1);
	tc_settings_load(&s);
	assert_int_equal(s.complaints, 1);
	assert_complaint(0,
		(const char *[]){"attribute_text_bytes", "4096", "attribute_ring_bytes", "8192", "2048 is used", NULL});
	assert_int_equal(NUMBER(TC_SET_ATTRIBUTE_TEXT_BYTES), 2048);
}

static void errors_name_setting_value_range_and_origin(void **state)
{
	(void)state;
	tc_settings_load(&s);
	assert_int_equal(tc_settings_set(&s, "intervall", "1s", TC_FROM_OPTION), TACHO_EINVAL);
	assert_non_null(strstr(tacho_last_error(), "did you mean interval?"));
	assert_int_equal(tc_settings_set(&s, "zzz", "1s", TC_FROM_OPTION), TACHO_EINVAL);
	assert_non_null(strstr(tacho_last_error(), "tacho config lists them"));
	assert_int_equal(tc_settings_set(&s, "clock", "sundial", TC_FROM_OPTION), TACHO_EINVAL);
	assert_string_equal(tacho_last_error(), "clock is \"sundial\" (-c): it takes auto or monotonic");
	assert_int_equal(tc_settings_set_number(&s, TC_SET_INTERVAL, 9000000, TC_FROM_API), TACHO_EINVAL);
	assert_string_equal(tacho_last_error(),
		"interval is 9ms (the program's own): it takes a duration from 10ms to 1h, such as 500ms");
	assert_int_equal(NUMBER(TC_SET_INTERVAL), 1000000000);
}

static void loading_leaves_the_programs_last_error_alone(void **state)
{
	(void)state;
	setenv("TACHO_CLOCK", "sundial", 1);
	assert_int_equal(tc_settings_set(&s, "clock", "broken", TC_FROM_OPTION), TACHO_EINVAL);
	tc_settings_load(&s);
	assert_int_equal(s.complaints, 1);
	assert_non_null(strstr(tacho_last_error(), "broken"));
}

static void shown_as_it_is_written(void **state)
{
	static const struct {
		const char *key, *value, *shown;
	} cases[] = {{"interval", "90s", "90s"}, {"interval", "0.5h", "30m"}, {"threshold", "0", "0s"},
		{"threshold", "1500ns", "1500ns"}, {"observer", "off", "no"}, {"clock", "monotonic", "monotonic"},
		{"attribute_ring_bytes", "1M", "1M"}, {"attribute_ring_bytes", "8192", "8K"},
		{"ring_records", "16", "16"}, {"attribute_text_bytes", "1024", "1024"}, {"live", "none", "none"}};
	char out[64];
	(void)state;
	tc_settings_load(&s);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		assert_int_equal(tc_settings_set(&s, cases[i].key, cases[i].value, TC_FROM_OPTION), 0);
		tc_setting_show(&s, (enum tc_setting_id)tc_setting_find(cases[i].key), out, sizeof out);
		assert_string_equal(out, cases[i].shown);
	}
}

static void one_alone(void **state)
{
	char out[TC_SETTING_TEXT_BYTES];
	(void)state;
	tc_setting_get(TC_SET_STORE, out);
	assert_string_equal(out, "");
	write_file("store = /a b\n");
	tc_setting_get(TC_SET_STORE, out);
	assert_string_equal(out, "/a b");
	setenv("TACHO_STORE", "", 1); /* as usual, whatever the file says */
	tc_setting_get(TC_SET_STORE, out);
	assert_string_equal(out, "");
	tc_setting_override(TC_SET_STORE, "/c");
	tc_setting_get(TC_SET_STORE, out);
	assert_string_equal(out, "/c");
	tc_setting_override(TC_SET_STORE, NULL);
}

int main(void)
{
#define T(f) cmocka_unit_test_teardown(f, clear)
	const struct CMUnitTest tests[] = {
		T(the_usual_ones_are_in_their_range),
		T(the_environment_goes_before_the_file),
		T(what_cannot_be_used_is_passed_over_and_said),
		T(keeping_all_makes_rings_larger_unless_they_are_set),
		T(unknown_variables_are_said),
		T(very_many_complaints_end),
		T(a_long_line_or_text_does_no_harm),
		T(what_does_not_go_together_is_mended),
		T(errors_name_setting_value_range_and_origin),
		T(loading_leaves_the_programs_last_error_alone),
		T(shown_as_it_is_written),
		T(one_alone),
	};
	return cmocka_run_group_tests(tests, make_home, remove_home);
}
