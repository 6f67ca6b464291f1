/* SPDX-License-Identifier: MIT */
#include <stdlib.h>
#include <string.h>

#include "observe/share.h"

static const double clear_part = 1.0 / 32, learning = 0.2;
static const double looks_enough = 8 /* then the state of the thread says more than its CPU time */, looks_most = 4096;

/* ---- a piece: names and how long each ---- */

static bool know_name(struct tc_shares *shares, uint32_t name)
{
	if (name < shares->names_room)
		return true;
	size_t room = shares->names_room ? shares->names_room : 64;
	while (room <= name)
		room *= 2;
	struct tc_learned *learned = realloc(shares->learned, room * sizeof *learned);
	if (learned)
		shares->learned = learned;
	uint32_t *place = learned ? realloc(shares->place, room * sizeof *place) : NULL;
	if (!place) {
		shares->no_memory = true;
		return false;
	}
	memset(learned + shares->names_room, 0, (room - shares->names_room) * sizeof *learned);
	memset(place + shares->names_room, 0, (room - shares->names_room) * sizeof *place);
	shares->place = place;
	shares->names_room = room;
	return true;
}

static struct tc_piece_name *name_in(struct tc_shares *shares, struct tc_piece *piece, uint32_t name)
{
	if (!know_name(shares, name))
		return NULL;
	if (shares->place[name])
		return &piece->name[shares->place[name] - 1];
	if (piece->count == piece->room) {
		size_t room = piece->room ? 2 * piece->room : 8;
		struct tc_piece_name *more = realloc(piece->name, room * sizeof *more);
		if (!more) {
			shares->no_memory = true;
			return NULL;
		}
		piece->name = more;
		piece->room = room;
	}
	piece->name[piece->count] = (struct tc_piece_name){.name = name};
	shares->place[name] = (uint32_t)piece->count + 1;
	return &piece->name[piece->count++];
}

static void set_places(struct tc_shares *shares, const struct tc_piece *piece, bool set)
{
	for (size_t i = 0; i < piece->count; i++)
		shares->place[piece->name[i].name] = set ? (uint32_t)i + 1 : 0;
}

void tc_piece_begin(struct tc_shares *shares, const struct tc_piece *piece)
{
	set_places(shares, piece, true);
}

void tc_piece_end(struct tc_shares *shares, const struct tc_piece *piece)
{
	set_places(shares, piece, false);
}

static void add_looks(struct tc_looks *into, const struct tc_looks *from)
{
	into->all += from->all;
	into->runnable += from->runnable;
	into->io += from->io;
	into->unclear += from->unclear;
	into->apart += from->apart;
}

struct tc_piece_name *tc_piece_put(struct tc_shares *shares, struct tc_piece *piece, uint32_t name, double wall_ns)
{
	struct tc_piece_name *place = name_in(shares, piece, name);
	if (place)
		place->wall_ns += wall_ns;
	return place;
}

void tc_piece_merge(struct tc_shares *shares, struct tc_piece *into, const struct tc_piece *from)
{
	if (!into->count) {
		into->before = from->before;
		into->early_ns = from->early_ns;
	}
	tc_piece_begin(shares, into);
	for (size_t i = 0; i < from->count; i++) {
		const struct tc_piece_name *name = &from->name[i];
		struct tc_piece_name *place = tc_piece_put(shares, into, name->name, name->wall_ns);
		if (place)
			add_looks(&place->looks, &name->looks);
	}
	tc_piece_end(shares, into);
	into->length_ns += from->length_ns;
	into->run_ns += from->run_ns;
	into->wait_ns += from->wait_ns;
	into->slack_ns = from->slack_ns > into->slack_ns ? from->slack_ns : into->slack_ns;
}

void tc_piece_empty(struct tc_piece *piece)
{
	*piece = (struct tc_piece){.room = piece->room, .name = piece->name, .before = UINT32_MAX};
}

void tc_piece_release(struct tc_piece *piece)
{
	free(piece->name);
	*piece = (struct tc_piece){.count = 0};
}

static const struct tc_piece_name *longest(const struct tc_piece *piece)
{
	const struct tc_piece_name *most = piece->name;
	for (size_t i = 1; i < piece->count; i++)
		most = piece->name[i].wall_ns > most->wall_ns ? &piece->name[i] : most;
	return most;
}

uint32_t tc_piece_owner(const struct tc_piece *piece)
{
	return piece->count ? longest(piece)->name : UINT32_MAX;
}

static double least(double a, double b)
{
	return a < b ? a : b;
}

static double rarer(double part, double whole)
{
	return least(part, whole > part ? whole - part : 0);
}

/* One name has nearly all of it, or it ran (and waited) nearly always or nearly never: then there is nothing to tell apart. */
bool tc_piece_is_clear(const struct tc_piece *piece)
{
	if (!piece->count)
		return true;
	double others = piece->length_ns - longest(piece)->wall_ns, length = piece->length_ns;
	double run = rarer(piece->run_ns, length), wait = rarer(piece->wait_ns, length);
	return least(others, run > wait ? run : wait) <= length * clear_part + piece->slack_ns;
}

/* ---- dividing it ---- */

static bool make_room(struct tc_shares *shares, size_t count)
{
	if (count <= shares->division_room)
		return true;
	struct tc_division *division = realloc(shares->division, count * sizeof *division);
	if (division)
		shares->division = division;
	double *waiting = division ? realloc(shares->waiting, count * sizeof *waiting) : NULL;
	if (!waiting) {
		shares->no_memory = true;
		return false;
	}
	shares->waiting = waiting;
	shares->division_room = count;
	return true;
}

static double within(double value, double low, double high)
{
	return value < low ? low : value > high ? high : value;
}

/* What share of its time a name was seen to run: by its state where that was looked at, else by the regression below. */
static double share_of(const struct tc_learned *learned, double mean)
{
	double share = learned->known ? learned->share : mean;
	if (learned->looks >= looks_enough)
		share = (learned->runnable + mean) / (learned->looks + 1);
	return within(share, 0.001, 0.999);
}

static double prior(struct tc_learned *learned, double mean)
{
	if (!learned->known) {
		learned->known = true;
		learned->share = mean;
	}
	return share_of(learned, mean);
}

double tc_piece_weight(const struct tc_shares *shares, const struct tc_piece *piece, const struct tc_piece_name *name)
{
	double mean = piece->length_ns > 0 ? within(piece->run_ns / piece->length_ns, 0, 1) : 0;
	return name->wall_ns * share_of(&shares->learned[name->name], mean);
}

static void learn_looks(struct tc_learned *learned, const struct tc_looks *looks)
{
	learned->looks += looks->all - looks->unclear;
	learned->runnable += looks->runnable;
	if (learned->looks > looks_most) {
		learned->looks /= 2;
		learned->runnable /= 2;
	}
}

/* Regression of CPU time on the wall time of names over all pieces, a step for each: what their shares fail to explain is
 * given to them by their part in it (Kaczmarz; normalized least mean squares). */
static void learn_shares(struct tc_shares *shares, const struct tc_piece *piece, double scale)
{
	double explained = 0, squares = 0;
	for (size_t i = 0; i < piece->count; i++) {
		double wall = piece->name[i].wall_ns * scale;
		explained += wall * shares->learned[piece->name[i].name].share;
		squares += wall * wall;
	}
	for (size_t i = 0; squares > 0 && i < piece->count; i++) {
		struct tc_learned *learned = &shares->learned[piece->name[i].name];
		double step = learning * (piece->run_ns - explained) * piece->name[i].wall_ns * scale / squares;
		learned->share = within(learned->share + step, 0, 1);
	}
}

static void divide_running(struct tc_shares *shares, const struct tc_piece *piece, double scale, double length)
{
	struct tc_division *division = shares->division;
	for (size_t i = 0; i < piece->count; i++) {
		double size = piece->name[i].wall_ns * scale;
		division[i] = (struct tc_division){.size = size,
			.prior = prior(&shares->learned[piece->name[i].name], piece->run_ns / length),
			.in = tc_overlap(size, length, piece->run_ns)};
	}
	tc_divide(division, piece->count, piece->run_ns);
	learn_shares(shares, piece, scale);
}

/* Of what is left of each name, how much was waiting: who runs much waits much. */
static void divide_waiting(struct tc_shares *shares, const struct tc_piece *piece, double off, double wait)
{
	struct tc_division *division = shares->division;
	double *running = shares->waiting; /* kept aside, then the answer */
	for (size_t i = 0; i < piece->count; i++) {
		double size = division[i].size - division[i].out;
		running[i] = division[i].out;
		division[i].prior = within(division[i].size > 0 ? running[i] / division[i].size : 0, 0.001, 0.999);
		division[i].size = size;
		division[i].in = tc_overlap(size, off, wait);
	}
	tc_divide(division, piece->count, wait);
	for (size_t i = 0; i < piece->count; i++) {
		double waiting = division[i].out;
		division[i].out = running[i];
		running[i] = waiting;
	}
}

/* Rounds parts so that their sum is the rounded sum. */
struct rounding {
	double exact;
	int64_t given;
};

static int64_t round_next(struct rounding *rounding, double part)
{
	rounding->exact += part;
	int64_t part_given = (int64_t)(rounding->exact + 0.5) - rounding->given;
	rounding->given += part_given;
	return part_given;
}

void tc_share_tell(struct tc_part_reading *reading, uint32_t name, const struct tc_share *share)
{
	const struct tc_window_entry entry = {.name = name, .min_ns = UINT64_MAX, .has_share = true, .share = *share};
	reading->target->grew(reading->target->context, &entry);
}

struct booking {
	const struct tc_piece *piece;
	struct tc_range run;
	uint32_t before;       /* whose is what was waited before the piece: */
	double surplus, early; /* for sure, and what may have been besides */
	double length;
	struct tc_range wait; /* within the piece */
	bool shared;
	struct rounding wall, running, waiting;
};

static void fill_running(struct booking *booking, const struct tc_piece_name *name, double out, struct tc_share *share)
{
	const struct tc_piece *piece = booking->piece;
	double low = name->wall_ns + booking->run.low - booking->length - piece->slack_ns;
	double high = least(name->wall_ns + piece->slack_ns, booking->run.high);
	share->wall_ns = round_next(&booking->wall, name->wall_ns);
	share->running_ns = round_next(&booking->running, out);
	share->running_low_ns = (int64_t)within(low, 0, out);
	share->running_high_ns = (int64_t)(high > out ? high : out) + 1;
	if (!booking->shared)
		return;
	share->shared_ns = share->wall_ns;
	share->shared_running_ns = share->running_ns;
	share->shared_low_ns = share->running_low_ns;
	share->shared_high_ns = share->running_high_ns;
	share->looks = name->looks.all;
	share->looks_runnable = name->looks.runnable;
	share->looks_io = name->looks.io;
	share->looks_unclear = name->looks.unclear;
	share->looks_apart = name->looks.apart;
}

static void fill_waiting(
	struct booking *booking, const struct tc_piece_name *name, double waiting, struct tc_share *share)
{
	const struct tc_piece *piece = booking->piece;
	bool is_before = name->name == booking->before;
	double own = is_before ? booking->surplus : 0;
	double low = tc_overlap(name->wall_ns, booking->length, booking->wait.low).low,
	       high = tc_overlap(name->wall_ns, booking->length, booking->wait.high).high;
	low -= is_before ? 0 : booking->early;
	high += is_before ? booking->early : 0;
	share->waiting_ns = round_next(&booking->waiting, waiting + own);
	share->waiting_low_ns = (int64_t)within(low + own - piece->slack_ns, 0, waiting + own);
	share->waiting_high_ns = (int64_t)((high > waiting ? high : waiting) + own) + 1;
}

static void tell_all(struct tc_part_reading *reading, struct booking *booking)
{
	struct tc_shares *shares = reading->shares;
	const struct tc_piece *piece = booking->piece;
	for (size_t i = 0; i < piece->count; i++) {
		const struct tc_piece_name *name = &piece->name[i];
		double out = shares->division[i].out;
		struct tc_share share = {0};
		fill_running(booking, name, out, &share);
		fill_waiting(booking, name, shares->waiting[i], &share);
		tc_share_tell(reading, name->name, &share);
		tc_quota_waited(reading, name->name, share.waiting_ns);
		if (booking->shared)
			learn_looks(&shares->learned[name->name], &name->looks);
	}
}

/* The scheduler's lag may make it seem to have run longer than the piece is: the piece is stretched to that. */
void tc_piece_book(struct tc_part_reading *reading, const struct tc_piece *piece, struct tc_range run)
{
	struct booking booking = {.piece = piece, .run = run, .shared = !tc_piece_is_clear(piece)};
	double total = 0;
	bool has_before = false;
	for (size_t i = 0; i < piece->count; i++) {
		total += piece->name[i].wall_ns;
		has_before |= piece->name[i].name == piece->before;
	}
	if (!piece->count || !(total > 0) || !make_room(reading->shares, piece->count))
		return;
	double stretched = total > piece->run_ns ? total : piece->run_ns, off = stretched - piece->run_ns;
	booking.length = stretched;
	double wait = least(piece->wait_ns, off), unseen = least(piece->unseen_ns, off - wait);
	booking.wait = (struct tc_range){wait, least(wait + piece->unseen_ns, stretched - run.low)};
	booking.surplus = piece->wait_ns - wait;
	booking.before = has_before ? piece->before : tc_piece_owner(piece);
	booking.early = least(piece->early_ns, wait);
	divide_running(reading->shares, piece, stretched / total, stretched);
	divide_waiting(reading->shares, piece, off, wait + unseen / 2);
	tell_all(reading, &booking);
}
