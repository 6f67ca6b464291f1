/* SPDX-License-Identifier: MIT */
#include "cli/dump_part.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include "base/text.h"
#include "base/units.h"
#include "base/wide.h"
#include "format/check.h"
#include "format/metric_text.h"
#include "format/snapshot.h"
#include "read/part.h"

static void print_text(const char *label, const char *bytes, size_t count)
{
	struct tc_strbuf text = {0};
	tc_text_escape(&text, bytes, count, false);
	printf("%s\"%s\"", label, tc_strbuf_text(&text));
	tc_strbuf_release(&text);
}

static void print_name(const struct tc_part_copy *part, uint32_t number)
{
	const struct tc_name *name = tc_part_name(part->bytes, number);
	if (name)
		print_text("", (const char *)part->bytes + name->at, name->bytes);
	else
		printf("(no name %" PRIu32 ")", number);
}

static void print_calibration(const char *label, const struct tc_calibration *c)
{
	if (!c->realtime_ns) {
		printf("  %-10s not written\n", label);
		return;
	}
	printf("  %-10s %s, monotonic %" PRIu64 " ns, ticks %" PRIu64 "\n", label, tc_time_utc(c->realtime_ns).text,
		c->monotonic_ns, c->ticks);
}

static void print_header(const struct tc_part_copy *part)
{
	const struct tc_part_header *h = tc_part_copy_header(part);
	printf("header\n");
	printf("  layout     %" PRIu32 ", header %" PRIu32 ", block %" PRIu32 ", node %" PRIu32 " bytes\n", h->layout,
		h->header_bytes, h->block_bytes, h->node_bytes);
	printf("  id         %016" PRIx64 "%016" PRIx64 "\n", h->id[0], h->id[1]);
	print_text("  program    ", h->program, strnlen(h->program, sizeof h->program));
	printf(", pid %" PRIu64 ", parent %" PRIu64 ", pid namespace %" PRIu64 ", started at tick %" PRIu64 "\n",
		h->pid, h->parent_pid, h->pid_namespace, h->process_start);
	printf("  clock      %s, multiplier %#" PRIx64 ", shift %" PRIu32 "\n",
		h->clock == TC_CLOCK_COUNTER ? "counter" : "monotonic", h->mult, h->tick_shift);
	print_calibration("begin", &h->begin);
	print_calibration("end", &h->end);
	printf("  bytes      %zu in the file, %" PRIu64 " handed out\n", part->size, h->used);
	printf("  lost       names %" PRIu64 ", threads %" PRIu64 ", space %" PRIu64 ", in signals %" PRIu64 "\n",
		h->names_lost, h->threads_lost, h->space_lost, h->signal_lost);
	if (h->parent_path_bytes && h->parent_path_bytes <= sizeof h->parent_path) {
		print_text("  inside     ", h->parent_path, h->parent_path_bytes);
		printf("\n");
	}
	if (h->wish.off || h->wish.interval_ns[0] || h->wish.interval_ns[1])
		printf("  wishes     %ssamples every %" PRIu64 " ns, dear ones every %" PRIu64 " ns (0: as is set)\n",
			h->wish.off ? "no " : "", h->wish.interval_ns[0], h->wish.interval_ns[1]);
	for (int i = 0; i < TC_CALLBACKS_TOLD && *h->callback[i].name; i++) {
		print_text("  callback   ", h->callback[i].name, strlen(h->callback[i].name));
		printf(": %" PRIu64 " calls, late %" PRIu64 " for %" PRIu64 " ns, running since %" PRIu64 " (0: not)\n",
			h->callback[i].calls, h->callback[i].late, h->callback[i].late_ns, h->callback[i].since_ns);
	}
	if (h->waits)
		printf("  waits      its span holds nothing but the processes below it\n");
}

static void print_damage(const struct tc_part_damage *d)
{
	if (!tc_part_is_damaged(d))
		return;
	printf("damage\n  cut off: %" PRIu64 " bytes, %" PRIu64 " chains, %" PRIu64 " rings, %" PRIu64
	       " nodes, %" PRIu64 " pages, %" PRIu64 " kept, %" PRIu64 " names, %" PRIu64 " attribute rings\n",
		d->bytes, d->chains, d->rings, d->nodes, d->pages, d->kept, d->names, d->attributes);
}

static void print_node(const struct tc_part_copy *part, struct tacho_block *block, const struct tacho_node *node)
{
	unsigned pages = 0;
	for (unsigned i = 0; i < TACHO_HISTOGRAM_PAGES; i++)
		pages += tc_part_page(block, node, i) != NULL;
	printf("    node %u below %u, depth %u: ", node->id, node->parent, node->depth);
	print_name(part, node->site);
	printf("\n      count %" PRIu64 "%s, failed %" PRIu64 ", sum %s, min %s, max %s, bar %s, %u pages%s\n",
		node->count, tc_node_agrees(node) ? "" : " (an update under way)", node->failed,
		tc_duration(tc_wide_double(tc_wide_load(&node->sum_ns))).text,
		node->count ? tc_duration((double)node->min_ns).text : "-", tc_duration((double)node->max_ns).text,
		tc_duration((double)node->bar_ns).text, pages, node->kept ? ", kept spans" : "");
}

static void print_metrics(const struct tc_part_copy *part)
{
	const struct tc_part_header *h = tc_part_copy_header(part);
	if (h->metrics)
		printf("metrics\n");
	for (uint64_t i = 0; i < h->metrics; i++) {
		const struct tc_metric_entry *entry = tc_part_metric(part->bytes, i);
		if (!entry)
			continue;
		const char *text = (const char *)part->bytes + entry->at;
		printf("  %5" PRIu64 "  %s in cell %" PRIu32 ": ", i,
			tc_metric_kind_text((enum tacho_metric_kind)entry->kind), entry->cell);
		print_text("", text, entry->name_bytes);
		print_text(", unit ", text + entry->name_bytes, entry->unit_bytes);
		printf("\n");
	}
	if (h->metrics_lost)
		printf("  lost %" PRIu64 "\n", h->metrics_lost);
}

/* What the block's threads counted; of distributions how many values. */
static void print_counted(const struct tc_part_copy *part, struct tacho_block *block)
{
	struct tacho_metrics *metrics = tc_part_metrics(part->bytes, block);
	for (uint64_t i = 0; metrics && i < tc_part_copy_header(part)->metrics; i++) {
		const struct tc_metric_entry *entry = tc_part_metric(part->bytes, i);
		bool counter = entry && entry->kind <= TACHO_METRIC_WAIT;
		if (!entry || (counter ? !metrics->counter[entry->cell] : !metrics->cell[entry->cell]))
			continue;
		const void *cell = tacho_metric_cell(metrics, counter ? 0 : metrics->cell[entry->cell]);
		printf("    metric %" PRIu64 ": ", i);
		if (counter)
			printf("%" PRIu64 "\n", metrics->counter[entry->cell]);
		else if (entry->kind == TACHO_METRIC_GAUGE)
			printf("%g, set %" PRIu64 " times\n", ((const struct tacho_gauge *)cell)->value,
				((const struct tacho_gauge *)cell)->sets);
		else if (entry->kind == TACHO_METRIC_EVENT)
			printf("%" PRIu64 " marks\n", ((const struct tacho_event *)cell)->count);
		else
			printf("%" PRIu64 " values\n", ((const struct tacho_distribution *)cell)->count);
	}
}

static void print_block(const struct tc_part_copy *part, struct tacho_block *block)
{
	uint64_t newest = block->occupants ? (block->occupants - 1) % TACHO_OCCUPANTS : 0;
	printf("block at %#zx, threads %" PRIu64, (size_t)((unsigned char *)block - part->bytes), block->occupants);
	if (block->occupants) {
		const struct tacho_occupant *o = &block->occupant[newest];
		printf(", newest %" PRIu32 " ", (uint32_t)o->tid);
		print_text("", o->name, strnlen(o->name, sizeof o->name));
	}
	printf("%s\n", block->retired ? ", ended" : "");
	printf("    finished %" PRIu64 ", %" PRIu64 " kept in a ring of %" PRIu32 " records, open %" PRIu32
	       ", threshold %s\n",
		block->finished, block->finished - block->skipped, block->ring_records, (uint32_t)block->top,
		tc_duration((double)block->threshold_ns).text);
	printf("    attributes %" PRIu64 " of %" PRIu64 " bytes, lost %" PRIu64 "; turned away %" PRIu64
	       ", nodes lost %" PRIu64 ", cells lost %" PRIu32 "\n",
		block->attributes_written, block->attributes_size, block->attributes_lost, block->turned_away,
		block->node_lost, block->lost_cells);
	const struct tacho_beside *beside = tc_part_beside(part->bytes, block);
	unsigned open = 0;
	for (int i = 0; beside && i < TACHO_BESIDE_OPEN; i++)
		open += beside->open[i].tag != 0;
	if (beside)
		printf("    async spans begun here and open %u, not noted %" PRIu64 "\n", open, block->beside_lost);
	if (block->epoch)
		printf("    epoch %" PRIu64 "\n", block->epoch);
	for (uint32_t id = 0; id < block->nodes; id++) {
		const struct tacho_node *node = tc_part_node(part->bytes, block, id);
		if (node)
			print_node(part, block, node);
	}
	print_counted(part, block);
}

int tc_dump_part(const char *path)
{
	struct tc_part_copy part;
	int error = tc_part_read(&part, path, path);
	if (error)
		return error;
	const struct tc_part_header *header = tc_part_copy_header(&part);
	print_header(&part);
	print_damage(&part.damage);
	printf("names\n");
	for (uint32_t i = 0; i < header->names; i++) {
		printf("  %5" PRIu32 "  ", i);
		print_name(&part, i);
		const struct tc_name *name = tc_part_name(part.bytes, i);
		printf("%s\n", name && name->kind == TACHO_KIND_ASYNC      ? " (async)"
			       : name && name->kind == TACHO_KIND_MEASURED ? " (measured)"
									   : "");
	}
	print_metrics(&part);
	struct tacho_block *block = tc_part_block(part.bytes, header->first_block);
	for (; block; block = tc_part_block(part.bytes, block->next))
		print_block(&part, block);
	tc_part_release(&part);
	return 0;
}
