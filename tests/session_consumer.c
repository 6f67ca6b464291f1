/* SPDX-License-Identifier: MIT
 *
 * A program of somebody else's, compiled as C and as C++ against the libraries alone by session_library_test.sh: it records,
 * reads what it recorded, and looks at errors of both.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <tacho/session.h>
#include <tacho/tacho.h>
#include <unistd.h>

#define CHECK(what) \
	do { \
		if (!(what)) { \
			printf("line %d: not %s (%s)\n", __LINE__, #what, tacho_last_error()); \
			exit(1); \
		} \
	} while (0)

static TACHO_SITE(load_site, "load");
static TACHO_SITE(parse_site, "parse");

static TACHO_COUNTER(lines, "parser.lines", "Lines that were parsed");
static TACHO_DISTRIBUTION(widths, "parser.widths", "columns", "Widths of lines");

static void work(void)
{
	struct tacho_span load, parse;
	tacho_counter_add(&lines, 42);
	for (int i = 1; i <= 4; i++)
		tacho_distribution_record(&widths, i);
	for (int i = 0; i < 10; i++) {
		tacho_span_begin(&load, &load_site);
		tacho_span_attr(&load, "path", "a.txt");
		tacho_span_attr(&load, "ratio", 0.25);
		tacho_span_begin(&parse, &parse_site);
		if (i == 3)
			tacho_span_fail_message(&parse, -5, "line 7");
		tacho_span_end(&parse);
		tacho_span_end(&load);
	}
}

static void check_names(const struct tacho_session *session)
{
	struct tacho_session_name name = TACHO_SESSION_NAME_INIT;
	size_t at = 0;
	CHECK(!tacho_session_next_name(&name, session, &at));
	CHECK(!strcmp(name.name, "load") && name.count == 10 && name.failed == 0 && name.open == 1);
	CHECK(name.median_ns >= (double)name.min_ns && name.p99_ns <= (double)name.max_ns && name.quantile_error == 0);
	CHECK(!tacho_session_next_name(&name, session, &at));
	CHECK(!strcmp(name.name, "parse") && name.failed == 1 && fabs(name.success_ratio - 0.9) < 1e-12);
	CHECK(tacho_session_next_name(&name, session, &at) == TACHO_END);
}

/* Files beside the store, with names of this process alone. */
static void check_export(void)
{
	struct tacho_session_filter filter = TACHO_SESSION_FILTER_INIT;
	char path[4096], line[256];
	snprintf(path, sizeof path, "%s/../stacks-%d", getenv("TACHO_STORE"), (int)getpid());
	CHECK(!strcmp(tacho_session_format(0), "json") && !tacho_session_format(1000));
	filter.names = "parse";
	CHECK(!tacho_session_export(NULL, &filter, "folded", path, false));
	CHECK(tacho_session_export(NULL, NULL, "folded", path, false) == TACHO_EINVAL);
	CHECK(strstr(tacho_last_error(), "is there already"));
	FILE *file = fopen(path, "r");
	CHECK(file && fgets(line, sizeof line, file) && !strncmp(line, "parse ", 6) && !fgets(line, sizeof line, file));
	fclose(file);
	CHECK(!tacho_session_export(NULL, NULL, "folded", path, true));
	CHECK(tacho_session_export(NULL, NULL, "fold", path, true) == TACHO_EINVAL &&
		strstr(tacho_last_error(), "folded"));
	CHECK(tacho_session_export(NULL, NULL, "folded", "/nowhere/x", false) == TACHO_ENOENT);
}

static void check_spans(const struct tacho_session *session)
{
	struct tacho_session_span span = TACHO_SESSION_SPAN_INIT;
	struct tacho_session_attribute attribute = TACHO_SESSION_ATTRIBUTE_INIT;
	size_t at = 0, attribute_at = 0, count = 0, failed = 0;
	while (!tacho_session_next_span(&span, session, &at)) {
		count++;
		failed += span.failed;
		if (span.failed)
			CHECK(!strcmp(span.message, "line 7") && span.has_code && span.code == -5 && span.depth == 1);
	}
	CHECK(count == 20 && failed == 1);
	at = 0;
	CHECK(!tacho_session_next_span(&span, session, &at) && span.attributes == 2);
	CHECK(!tacho_session_next_attribute(&attribute, &span, &attribute_at));
	CHECK(!strcmp(attribute.key, "path") && attribute.type == TACHO_SESSION_TEXT &&
		!strcmp(attribute.text, "a.txt"));
	CHECK(!tacho_session_next_attribute(&attribute, &span, &attribute_at));
	CHECK(attribute.type == TACHO_SESSION_F64 && attribute.f64 == 0.25);
	CHECK(tacho_session_next_attribute(&attribute, &span, &attribute_at) == TACHO_END);
	at = 0;
	CHECK(!tacho_session_next_open(&span, session, &at) && span.open && !strcmp(span.name, "load"));
	CHECK(tacho_session_next_open(&span, session, &at) == TACHO_END);
}

static void check_metrics(const struct tacho_session *session)
{
	struct tacho_session_metric metric = TACHO_SESSION_METRIC_INIT;
	struct tacho_session_value value = TACHO_SESSION_VALUE_INIT;
	size_t at = 0, value_at = 0, point_at = 0, points = 0;
	CHECK(!tacho_session_next_metric(&metric, session, &at));
	CHECK(!strcmp(metric.name, "parser.lines") && metric.kind == TACHO_SESSION_COUNTER);
	CHECK(metric.has_count && metric.count == 42 && isnan(metric.mean) && !metric.values);
	while (!tacho_session_next_point(&value, &metric, &point_at))
		points++;
	CHECK(points == metric.points);
	CHECK(!tacho_session_next_metric(&metric, session, &at));
	CHECK(!strcmp(metric.name, "parser.widths") && !strcmp(metric.unit, "columns") && !strcmp(metric.source, ""));
	CHECK(metric.count == 4 && metric.mean == 2.5 && metric.median == 2.5 && metric.quantile_error == 0);
	for (int i = 1; i <= 4; i++)
		CHECK(!tacho_session_next_value(&value, &metric, &value_at) && value.value == i && value.at_ns >= 0);
	CHECK(tacho_session_next_value(&value, &metric, &value_at) == TACHO_END);
	CHECK(tacho_session_next_metric(&metric, session, &at) == TACHO_END);
}

/* Under `tacho run`: this process, while it records. */
static void record_and_read(const char *directory)
{
	struct tacho_session_info info = TACHO_SESSION_INFO_INIT;
	struct tacho_session *session;
	struct tacho_span load;
	work();
	tacho_span_begin(&load, &load_site);
	CHECK(!tacho_session_open(&session, directory, NULL));
	CHECK(!tacho_session_get_info(&info, session) && info.state == TACHO_SESSION_RUNNING && info.processes == 1);
	check_names(session);
	check_spans(session);
	check_metrics(session);
	tacho_session_close(session);
	tacho_span_end(&load);
}

/* Afterwards: the newest session of the store. */
static void read_newest(void)
{
	struct tacho_session_info info = TACHO_SESSION_INFO_INIT;
	struct tacho_session_filter filter = TACHO_SESSION_FILTER_INIT;
	struct tacho_session_name name = TACHO_SESSION_NAME_INIT;
	struct tacho_session *session;
	size_t at = 0;
	filter.names = "par*";
	CHECK(!tacho_session_open(&session, NULL, &filter));
	CHECK(!tacho_session_get_info(&info, session) && info.state == TACHO_SESSION_EXITED && info.duration_ns);
	CHECK(!tacho_session_next_name(&name, session, &at) && !strcmp(name.name, "parse"));
	CHECK(tacho_session_next_name(&name, session, &at) == TACHO_END);
	name.struct_size = offsetof(struct tacho_session_name, count); /* a caller of an older version */
	at = 0;
	name.count = 77;
	CHECK(!tacho_session_next_name(&name, session, &at) && name.count == 77);
	name.struct_size = 0;
	at = 0;
	CHECK(tacho_session_next_name(&name, session, &at) == TACHO_EINVAL);
	tacho_session_close(session);
	tacho_session_close(NULL);
	CHECK(tacho_session_open(&session, "/no/such/session", NULL) == TACHO_ENOENT);
	CHECK(strstr(tacho_last_error(), "/no/such/session")); /* from whichever library's tacho_last_error() */
	check_export();
}

int main(void)
{
	const char *directory = getenv("TACHO_SESSION");
	if (directory)
		record_and_read(directory);
	else
		read_newest();
	return 0;
}
