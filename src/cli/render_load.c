/* SPDX-License-Identifier: MIT
 *
 * render_load.c - how heavy the run and its modules were: those that are yellow or red, and how many there are.
 */
#include <math.h>
#include "analyze/load.h"
#include "cli/render.h"

enum { NAME = 30, LEVEL = 8, FIGURE = 11, ROWS = 8 };

static enum tc_style style_of(enum tc_level level)
{
	return level == TC_LEVEL_RED ? TC_BAD : level == TC_LEVEL_YELLOW ? TC_WARN : TC_GOOD;
}

static void draw_figure(struct tc_screen *screen, const struct tc_load_part *part, struct tc_figure figure)
{
	tc_screen_right(screen, part->level >= TC_LEVEL_YELLOW ? style_of(part->level) : TC_PLAIN, figure.text, FIGURE);
}

static void draw_row(struct tc_view *view, const struct tc_loads *loads, const struct tc_load *load)
{
	struct tc_screen *screen = &view->screen;
	const struct tc_load_part *cpu = &load->part[TC_LOAD_CPU], *ram = &load->part[TC_LOAD_RAM];
	tc_screen_to(screen, 2);
	if (load->name)
		tc_screen_raw(screen, TC_PLAIN, load->name, load->bytes, NAME - 1);
	else
		tc_screen_put(screen, TC_DIM, "process tree");
	tc_screen_to(screen, 2 + NAME);
	tc_screen_put(screen, style_of(load->level), tc_level_name(load->level));
	tc_screen_to(screen, 2 + NAME + LEVEL);
	draw_figure(screen, cpu, tc_percent(cpu->figure));
	tc_screen_right(screen, TC_PLAIN, tc_number(cpu->figure / 100 * loads->cpus).text, FIGURE);
	draw_figure(screen, ram, tc_bytes(ram->figure));
	if (load->now != load->level) {
		tc_screen_put(screen, TC_DIM, "  at the end ");
		tc_screen_put(screen, style_of(load->now), tc_level_name(load->now));
	}
	tc_screen_line(screen);
}

static void draw_headings(struct tc_view *view)
{
	struct tc_screen *screen = &view->screen;
	tc_render_heading(view, "Load");
	tc_screen_to(screen, 2 + NAME + LEVEL);
	tc_screen_right(screen, TC_DIM, "of all CPUs", FIGURE);
	tc_screen_right(screen, TC_DIM, "cores", FIGURE);
	tc_screen_right(screen, TC_DIM, "memory", FIGURE);
	tc_screen_line(screen);
}

static void draw_sum(struct tc_view *view, const struct tc_loads *loads, size_t shown)
{
	struct tc_screen *screen = &view->screen;
	tc_screen_to(screen, 2);
	tc_screen_printf(
		screen, TC_DIM, "%s, %zu heavy", tc_counted(loads->active, "active module").text, loads->heavy);
	if (loads->heavy > shown)
		tc_screen_printf(screen, TC_DIM, ", %zu more of them: --top 0", loads->heavy - shown);
	if (loads->tree.shared_often)
		tc_screen_put(screen, TC_DIM, "; what processes share is counted in each of them");
	if (loads->windows < TC_LEVEL_SAMPLES)
		tc_screen_put(screen, TC_DIM, "; provisional: the highest of fewer than 10 seconds");
	tc_screen_line(screen);
}

void tc_render_load(struct tc_view *view)
{
	const struct tc_loads *loads = &view->diagnosis->loads;
	size_t shown = tc_considered_rows(view->options, loads->heavy, ROWS);
	if (loads->tree.level < TC_LEVEL_YELLOW && !loads->heavy)
		return;
	draw_headings(view);
	if (loads->tree.level != TC_LEVEL_UNKNOWN)
		draw_row(view, loads, &loads->tree);
	for (size_t i = 0; i < shown; i++)
		draw_row(view, loads, &loads->module[i]);
	draw_sum(view, loads, shown);
}
