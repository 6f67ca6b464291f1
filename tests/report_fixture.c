/* SPDX-License-Identifier: MIT
 *
 * report_fixture.c - draws reports of sessions that are built by hand, so that a screen can be compared to the letter:
 * report_fixture NAME [text|json] [SORT [TOP]], or report_fixture NAME explain SPAN.  tests/screens/ has the expected screens.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <tacho/hot.h>
#include "cli/explain.h"
#include "cli/report.h"
#include "export/report_json.h"
#include "read/course.h"

#define MS 1000000ull
#define S (1000 * MS)

enum { NAMES = 128, NODES = 1024 };

static struct tc_name_view names[NAMES];
static struct tc_node_view nodes[NODES], *children[NODES][NAMES];
static struct tc_session session = {.name = names, .root = nodes, .basis = "all spans of the session"};
static size_t node_count = 1;

static uint32_t name_of(const char *text)
{
	for (uint32_t i = 0; i < session.names; i++)
		if (!strcmp(names[i].name, text))
			return i;
	struct tc_name_view *name = &names[session.names];
	name->name = text;
	name->bytes = strlen(text);
	name->figures.min_ns = UINT64_MAX;
	return (uint32_t)session.names++;
}

/* count spans of `ns` each, every tenth of them double, under a node; the last `failed` of them failed. */
static struct tc_node_view *phase(
	struct tc_node_view *parent, const char *text, uint64_t count, uint64_t ns, uint64_t failed)
{
	uint32_t name = name_of(text);
	struct tc_node_view *node = &nodes[node_count];
	*node = (struct tc_node_view){.name = name,
		.number = (uint32_t)node_count,
		.depth = parent == nodes ? 0 : parent->depth + 1,
		.parent = parent,
		.first = (tc_instant)(node_count * MS),
		.child = children[node_count]};
	session.nodes = ++node_count;
	parent->child[parent->children++] = node;
	struct tc_figures *both[] = {&node->figures, &names[name].figures};
	for (size_t k = 0; k < 2; k++) {
		struct tc_figures *f = both[k];
		f->count += count;
		f->failed += failed;
		f->min_ns = ns < f->min_ns || f->count == count ? ns : f->min_ns;
		f->max_ns = count > 9 ? 2 * ns : ns;
		f->sum_ns = tc_wide_add(f->sum_ns, tc_wide_of(count * ns + count / 10 * ns));
		struct tc_wide squares = tc_wide_multiply(tc_wide_product(ns, ns), tc_wide_of(count + count / 10 * 3));
		f->squares_ns2 = tc_wide_add(f->squares_ns2, squares);
		f->self_ns += count * ns + count / 10 * ns;
		tc_histogram_add(&f->histogram, tacho_cell(ns), count - count / 10);
		tc_histogram_add(&f->histogram, tacho_cell(2 * ns), count / 10);
	}
	if (parent != nodes) {
		parent->figures.self_ns -= node->figures.sum_ns.low;
		names[parent->name].figures.self_ns -= node->figures.sum_ns.low;
	}
	return node;
}

static void summarize(void)
{
	for (size_t i = 0; i < session.names; i++) {
		struct tc_figures *f = &names[i].figures;
		tc_summarize(&names[i].summary, f->count, f->failed, f->sum_ns, f->squares_ns2, f->min_ns, f->max_ns,
			&f->histogram, NULL);
	}
}

static void series(const char *name, const char *unit, double (*curve)(double))
{
	static struct tc_series_view views[8];
	static tc_instant at[240];
	static double values[8][240];
	session.series_view = views;
	struct tc_series_view *view = &views[session.series];
	double *value = values[session.series++];
	*view = (struct tc_series_view){.series = {.name = name, .unit = unit, .source = "/proc", .help = "A reading."},
		.count = 240,
		.at = at,
		.value = value,
		.total = NAN};
	for (size_t i = 0; i < 240; i++) {
		at[i] = (tc_instant)((double)session.end * (double)(i + 1) / 240);
		value[i] = curve((double)i / 240);
	}
}

static double busy(double x)
{
	return 55 + 40 * sin(9 * x) * x;
}

static double cores(double x)
{
	return busy(x) / 25;
}

static double used(double x)
{
	return 0x1p30 * (3.1 + 0.4 * x);
}

static double tree(double x)
{
	return 0x1p20 * (40 + 600 * x * (1 - x));
}

static struct tc_process_view processes[2];
static struct tc_process_entry seen[4];
static char *arguments[8];

static void command(const char *const *words)
{
	static char copy[8][64];
	for (size_t i = 0; words[i]; i++)
		arguments[i] = strcpy(copy[i], words[i]);
}

static void machine(uint64_t runtime)
{
	static char directory[] = "/var/tacho/photo-20261120-091549", host[] = "builder";
	session.directory = directory;
	session.end = (tc_instant)runtime;
	session.manifest = (struct tc_manifest){.arguments = arguments,
		.host = host,
		.cpus = 4,
		.memory_total_bytes = 16711680ull << 10,
		.begin = {0, 1, 1795166149000000000},
		.how = TC_HOW_EXITED,
		.has_usage = true,
		.user_ns = 502 * S,
		.system_ns = 12 * S + 340 * MS,
		.peak_rss_bytes = 190ull << 20};
	series("system.cpu", "percent", busy);
	series("process.cpu", "cores", cores);
	series("system.memory", "bytes", used);
	series("process.memory", "bytes", tree);
	nodes[0] = (struct tc_node_view){.name = TC_ROOT, .child = children[0]};
}

static void recorded(size_t threads)
{
	processes[0] = (struct tc_process_view){.file = "part-1.tacho",
		.program = "photo",
		.pid = 4711,
		.parent_pid = 4700,
		.end = session.end,
		.state = TC_PROCESS_CLOSED,
		.threads = threads};
	session.processes = 1;
	session.process = processes;
}

static struct tc_attribute_view photo_attributes[] = {{.key = "photo_id", .type = TACHO_ATTR_I64, .i64 = 17},
	{.key = "file", .type = TACHO_ATTR_TEXT, .text = "Autumn in the mountains.jpg", .text_bytes = 27},
	{.key = "iso", .type = TACHO_ATTR_F64, .f64 = 100}, {.key = "raw", .type = TACHO_ATTR_BOOL, .i64 = 0}};

static void photo(void)
{
	machine(245670 * MS);
	command((const char *const[]){"./photo", "--threads", "4", "My Pictures", NULL});
	recorded(5);
	struct tc_node_view *root = phase(nodes, "photo", 320, 2780 * MS, 2);
	phase(root, "exif", 320, 812345, 0);
	struct tc_node_view *decode = phase(root, "decode", 318, 987 * MS, 2);
	phase(decode, "scale", 316, 71 * MS, 0);
	phase(root, "evaluate", 316, 312 * MS, 0);
	phase(root, "choose preset", 316, 37, 0);
	phase(root, "apply", 316, 745 * MS, 0);
	phase(root, "export", 316, 612 * MS, 0);
	phase(nodes, "summary", 1, 61 * S + 234 * MS, 0);
	static struct tc_span_view failed[2];
	failed[0] = (struct tc_span_view){.name = name_of("decode"),
		.begin = 12345 * MS,
		.duration_ns = 3 * MS,
		.failed = true,
		.message = "Premature end of JPEG file",
		.attributes = 2,
		.attribute = photo_attributes};
	failed[1] = (struct tc_span_view){.name = name_of("decode"),
		.begin = 182 * S,
		.duration_ns = 3 * MS,
		.failed = true,
		.has_code = true,
		.code = -5,
		.attributes = 4,
		.attribute = photo_attributes};
	names[name_of("decode")].failed_kept = failed;
	names[name_of("decode")].failed_kept_count = 2;
}

static void killed(void)
{
	photo();
	static struct tc_span_view open[3];
	static char note[] =
		"part-1.tacho: 3 records were torn when the process was killed; the figures are mended and "
		"complete, the records are left out.";
	static char *notes[] = {note};
	session.manifest.how = TC_HOW_SIGNALLED;
	session.manifest.status = 9;
	processes[0].state = TC_PROCESS_ENDED;
	open[0] = (struct tc_span_view){.name = name_of("photo"),
		.thread = 4713,
		.duration_ns = 4 * S,
		.attributes = 2,
		.attribute = photo_attributes,
		.open = true};
	open[1] = (struct tc_span_view){
		.name = name_of("decode"), .thread = 4713, .depth = 1, .duration_ns = 3210 * MS, .open = true};
	open[2] =
		(struct tc_span_view){.name = name_of("summary"), .thread = 4711, .duration_ns = 21 * S, .open = true};
	session.open_spans = 3;
	session.open_span = open;
	session.notes = 1;
	session.note = notes;
}

static void plain(void)
{
	machine(8130 * S);
	command((const char *const[]){"make", "-j8", NULL});
	session.manifest.how = TC_HOW_EXITED;
	session.manifest.status = 2;
	seen[0] = (struct tc_process_entry){1, 0, 0, 0, 1.5, 9u << 20, "make"};
	seen[1] = (struct tc_process_entry){2, 1, 0, 0, 301.5, 212u << 20, "cc1"};
	seen[2] = (struct tc_process_entry){3, 1, 0, 0, 114.9, 197u << 20, "cc1"};
	seen[3] = (struct tc_process_entry){4, 1, 0, 0, 12.1, 61u << 20, "ld"};
	session.tree_processes = 4;
	session.tree_process = seen;
}

/* Over before the machine could be read, by a process that was seen only as it ended. */
static void brief(void)
{
	static struct tc_series_view views[4];
	static tc_instant at[] = {2 * MS, 8 * MS};
	static double nothing[] = {NAN, NAN}, little[] = {0.001, 0.004};
	machine(8 * MS);
	command((const char *const[]){"sh", "-c", "ls | wc", NULL});
	session.manifest.user_ns = 1870000;
	session.manifest.system_ns = 0;
	session.manifest.peak_rss_bytes = 2u << 20;
	memcpy(views, session.series_view, sizeof views);
	for (size_t i = 0; i < 4; i++) {
		views[i].count = 2;
		views[i].at = at;
		views[i].value = i == 1 ? little : nothing;
	}
	views[3].series.absent = "/proc cannot be read";
	session.series_view = views;
	seen[0] = (struct tc_process_entry){1, 0, 0, 0, 0.0007, 1u << 20, "sh -c ls | wc"};
	seen[1] = (struct tc_process_entry){2, 1, 0, 0, 0.001, 0, "ls"};
	session.tree_processes = 2;
	session.tree_process = seen;
}

static void huge(void)
{
	static char text[NAMES][16];
	machine(60 * S);
	command((const char *const[]){"./huge", NULL});
	recorded(1);
	for (unsigned i = 0; i < 20; i++) {
		snprintf(text[i], sizeof text[i], "step %02u", i);
		struct tc_node_view *step = phase(nodes, text[i], i + 1, (i + 1) * 10 * MS, 0);
		for (unsigned k = 0; k < 20; k++) {
			snprintf(text[20 + k], sizeof text[20], "part %02u", k);
			phase(step, text[20 + k], 1, (k + 1) * MS * i / 40, 0);
		}
	}
}

static void hostile(void)
{
	static char longest[10241];
	memset(longest, 'x', sizeof longest - 1);
	machine(1500 * MS);
	command((const char *const[]){"./hostile\x1b[2J", "a'b", NULL});
	recorded(1);
	struct tc_node_view *root = phase(nodes, "\x1b[31mred\x1b]0;title\a", 1, 900 * MS, 1);
	phase(root, longest, 1, 400 * MS, 0);
	phase(root, "bad \xff\xc3 bytes\nand lines", 1, 100 * MS, 0);
	phase(root, "写真を読む", 1, 50 * MS, 0);
	phase(root, "turned \xe2\x80\xae round", 0, 0, 0);
	struct tc_node_view *deep = root;
	for (int i = 0; i < 14; i++)
		deep = phase(deep, "deep", 1, (uint64_t)(20 - i) * MS, 0);
	static struct tc_span_view failed = {
		.begin = 5, .failed = true, .message = "no \x1b[5mblinking\r\n", .has_code = true, .code = 7};
	names[0].failed_kept = &failed;
	names[0].failed_kept_count = 1;
}

static double far(double x)
{
	return x < 0.5 ? -5 : 1e299;
}

static double level(double x)
{
	return 20000 + 10 * floor(2 * x);
}

/* Two a second, give or take a little. */
static double entries(double x)
{
	return 1000 + 120 * x + fmod(700 * x, 3);
}

/* Metrics with figures of any size, a gauge that only grows, of one name from two sources, and more than there are rows for. */
static void numbers(void)
{
	static struct tc_metric_view all[] = {
		{"queue.jobs", "jobs", "", "", TACHO_METRIC_GAUGE, .last = 20010, .min = 20000, .max = 20010},
		{"disk.levels", "widgets", "", "sda", TACHO_METRIC_GAUGE, .last = 1234567, .min = -5, .max = 1e299},
		{"disk.levels", "widgets", "", "sdb", TACHO_METRIC_GAUGE, .last = -1.2e6, .min = -1.2e6, .max = 2},
		{"link.rates", "per second", "", "", TACHO_METRIC_THROUGHPUT, .last = 1234567, .max = 0x1p64},
		{"a_name.of_more_columns_than_the_narrow_table_has", "widgets", "", "", TACHO_METRIC_CUSTOM, .max = 1},
		{"lock.waits", "ns", "", "", TACHO_METRIC_WAIT, .sum = 1e6},
		{"cache.hits", "", "", "", TACHO_METRIC_COUNTER, .count = UINT64_MAX},
	};
	static struct tc_metric_view metrics[7 + 15];
	machine(60 * S);
	command((const char *const[]){"./numbers", NULL});
	recorded(1);
	session.metric = metrics;
	for (session.metrics = 0; session.metrics < 7; session.metrics++) {
		metrics[session.metrics] = all[session.metrics];
		metrics[session.metrics].mean = metrics[session.metrics].median = metrics[session.metrics].max;
	}
	for (; session.metrics < 21; session.metrics++)
		metrics[session.metrics] = metrics[5];
	series("queue.jobs", "jobs", level);
	metrics[0].series = &session.series_view[session.series - 1];
	series("disk.levels", "widgets", far);
	metrics[1].series = metrics[2].series = &session.series_view[session.series - 1];
	series("cache.entries", "entries", entries);
	session.series_view[session.series - 1].series.source = "gauge of the program";
	metrics[session.metrics++] = (struct tc_metric_view){"cache.entries", "entries", "", "", TACHO_METRIC_GAUGE,
		.last = 1120, .min = 1000, .max = 1122, .series = &session.series_view[session.series - 1]};
}

static void span(const struct tc_node_view *node, tc_instant begin, uint64_t ns)
{
	static struct tc_span_view spans[128];
	static struct tc_ring_view ring = {.since = INT64_MIN};
	session.span = spans;
	session.ring = &ring;
	session.rings = 1;
	spans[session.spans++] = (struct tc_span_view){.name = node->name,
		.kind = node->kind,
		.node = node,
		.begin = begin,
		.end = begin + (tc_instant)ns,
		.duration_ns = ns};
}

/* Eight pages, each with two fetches at the same time and then four tiles one after another. */
static void pages(void)
{
	machine(900 * MS);
	command((const char *const[]){"./pages", NULL});
	recorded(3);
	struct tc_node_view *page = phase(nodes, "page", 8, 100 * MS, 0), *fetch = phase(page, "fetch", 16, 30 * MS, 0),
			    *tile = phase(page, "tile", 32, 5 * MS, 0);
	fetch->kind = TACHO_KIND_ASYNC;
	page->figures.self_ns += fetch->figures.sum_ns.low; /* what runs beside the stack takes nothing from it */
	names[page->name].figures.self_ns += fetch->figures.sum_ns.low;
	page->below_since = fetch->below_since = tile->below_since = INT64_MIN;
	for (tc_instant i = 0; i < 8; i++) {
		tc_instant begin = i * (tc_instant)(110 * MS);
		span(page, begin, 100 * MS);
		span(fetch, begin + (tc_instant)MS, (40 + (uint64_t)i) * MS);
		span(fetch, begin + (tc_instant)MS, (20 - (uint64_t)i) * MS);
		for (tc_instant k = 0; k < 4; k++)
			span(tile, begin + (tc_instant)(60 * MS) + k * (tc_instant)(5 * MS), 5 * MS);
	}
}

/* --what-if fetch=0.5, and all that pages spend on themselves. */
static const struct tc_what_if what_if[] = {{"fetch", 5, 0.5}, {"page", 4, 0}};

static int explain(const char *name, const struct tc_report_options *options)
{
	struct tc_diagnosis *diagnosis;
	if (tc_diagnose_part(&diagnosis, &session, options))
		return 1;
	int error = tc_explain_text(diagnosis, options, name_of(name), stdout);
	tc_diagnosis_release(diagnosis);
	return error;
}

int main(int argc, char **argv)
{
	static const struct {
		const char *name;
		void (*build)(void);
	} all[] = {{"photo", photo}, {"killed", killed}, {"plain", plain}, {"brief", brief}, {"huge", huge},
		{"hostile", hostile}, {"numbers", numbers}, {"pages", pages}};
	struct tc_report_options options = {0};
	bool explained = argc > 3 && !strcmp(argv[2], "explain");
	if (argc > 3 && !explained)
		options.sort = (enum tc_sort)atoi(argv[3]);
	if ((options.has_top = argc > 4))
		options.top = (size_t)atoi(argv[4]);
	for (size_t i = 0; argc > 1 && i < sizeof all / sizeof *all; i++)
		if (!strcmp(argv[1], all[i].name)) {
			all[i].build();
			options.what_ifs = all[i].build == pages ? 2 : 0;
			options.what_if = what_if;
			summarize();
			for (size_t k = 0; k < session.series; k++)
				tc_series_course(&session.series_view[k].course, &session.series_view[k], 0);
			if (explained)
				return explain(argv[3], &options);
			bool json = argc > 2 && !strcmp(argv[2], "json");
			return json ? tc_report_json(&session, &options, stdout)
			            : tc_report_text(&session, &options, stdout);
		}
	return 2;
}
