/* SPDX-License-Identifier: MIT */
#include "cli/screen.h"

#include <errno.h>
#include <langinfo.h>
#include <locale.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>
#include "base/error.h"
#include "base/text.h"

enum { COLUMNS_USUAL = 100, COLUMNS_LEAST = 40, COLUMNS_MOST = 200 };

static size_t columns_of(int fd, bool terminal)
{
	const char *given = getenv("COLUMNS");
	struct winsize size;
	long columns = given ? strtol(given, NULL, 10) : 0;
	if (columns <= 0 && terminal && !ioctl(fd, TIOCGWINSZ, &size))
		columns = size.ws_col;
	if (columns <= 0)
		columns = COLUMNS_USUAL;
	return columns < COLUMNS_LEAST ? COLUMNS_LEAST : columns > COLUMNS_MOST ? COLUMNS_MOST : (size_t)columns;
}

void tc_screen_init(struct tc_screen *screen, FILE *out)
{
	const char *no_colour = getenv("NO_COLOR"), *term = getenv("TERM");
	bool terminal = isatty(fileno(out));
	setlocale(LC_CTYPE, "");
	*screen = (struct tc_screen){
		.columns = columns_of(fileno(out), terminal),
		.colour = terminal && !(no_colour && *no_colour) && term && strcmp(term, "dumb"),
		.utf8 = !strcmp(nl_langinfo(CODESET), "UTF-8"),
	};
}

void tc_screen_release(struct tc_screen *screen)
{
	tc_strbuf_release(&screen->text);
}

/* What tacho draws with, and the letter of one column that stands for it where there is no UTF-8. */
static void put_ascii(struct tc_strbuf *out, const char *text)
{
	static const char *const drawn[] = {"µu", "…~", "·-", "›>", "│|", "├|", "└`", "─-", "█#", "▉#", "▊#",
		"▋=", "▌=", "▍-", "▎-", "▏.", "░-", "▁_", "▂.", "▃.", "▄-", "▅=", "▆=", "▇#", "●*", "✓+", "✗x", "–-",
		"−-", "×x", "°o", "≤<", "≥>", "±~"};
	while (*text) {
		size_t i = 0, bytes = 0, count = sizeof drawn / sizeof *drawn;
		for (; (unsigned char)*text >= 0x80 && i < count; i++) {
			bytes = strlen(drawn[i]) - 1;
			if (!strncmp(text, drawn[i], bytes))
				break;
		}
		if ((unsigned char)*text < 0x80 || i == count) {
			tc_strbuf_putc(out, (unsigned char)*text < 0x80 ? *text : '?');
			text++;
			continue;
		}
		tc_strbuf_putc(out, drawn[i][bytes]);
		text += bytes;
	}
}

static void put(struct tc_screen *screen, enum tc_style style, const char *text, size_t columns)
{
	static const char *const codes[TC_STYLES] = {"", "1", "2", "32", "31", "33", "36"};
	bool styled = screen->colour && style != TC_PLAIN && *text;
	if (styled)
		tc_strbuf_printf(&screen->text, "\x1b[%sm", codes[style]);
	if (screen->utf8)
		tc_strbuf_puts(&screen->text, text);
	else
		put_ascii(&screen->text, text);
	if (styled)
		tc_strbuf_puts(&screen->text, "\x1b[0m");
	screen->column += columns;
}

void tc_screen_whole(struct tc_screen *screen, enum tc_style style, const char *text)
{
	put(screen, style, text, tc_text_columns(text));
}

void tc_screen_cut(struct tc_screen *screen, enum tc_style style, const char *text, size_t columns)
{
	struct tc_strbuf fitting = {0};
	size_t room = screen->columns > screen->column ? screen->columns - screen->column : 0;
	size_t taken = tc_text_cut(&fitting, text, columns < room ? columns : room);
	put(screen, style, tc_strbuf_text(&fitting), taken);
	tc_strbuf_release(&fitting);
}

void tc_screen_put(struct tc_screen *screen, enum tc_style style, const char *text)
{
	tc_screen_cut(screen, style, text, screen->columns);
}

void tc_screen_printf(struct tc_screen *screen, enum tc_style style, const char *format, ...)
{
	char *text;
	va_list list;
	va_start(list, format);
	int bytes = vasprintf(&text, format, list);
	va_end(list);
	if (bytes < 0) {
		screen->text.failed = true;
		return;
	}
	tc_screen_put(screen, style, text);
	free(text);
}

void tc_screen_right(struct tc_screen *screen, enum tc_style style, const char *text, size_t columns)
{
	size_t wide = tc_text_columns(text);
	if (wide < columns)
		tc_screen_to(screen, screen->column + columns - wide);
	tc_screen_cut(screen, style, text, columns);
}

void tc_screen_cell(struct tc_screen *screen, enum tc_style style, const char *text, size_t columns)
{
	tc_screen_to(screen, screen->column + 1);
	tc_screen_right(screen, style, text, columns - 1);
}

/* How much of text stays together: a word, and behind a figure its unit. */
static size_t word_of(const char *text)
{
	enum { UNIT_LONGEST = 3 };
	size_t bytes = strcspn(text, " ");
	if (!bytes || text[bytes - 1] < '0' || text[bytes - 1] > '9' || text[bytes] != ' ')
		return bytes;
	size_t unit = strcspn(text + bytes + 1, " ,;:)");
	return unit && unit <= UNIT_LONGEST ? bytes + 1 + strcspn(text + bytes + 1, " ") : bytes;
}

void tc_screen_words(struct tc_screen *screen, enum tc_style style, const char *text, size_t indent)
{
	struct tc_strbuf word = {0};
	bool first = true;
	while (*text) {
		size_t bytes = word_of(text);
		tc_strbuf_clear(&word);
		tc_strbuf_add(&word, text, bytes);
		size_t columns = tc_text_columns(tc_strbuf_text(&word));
		if (!first && screen->column + 1 + columns > screen->columns && screen->column > indent) {
			tc_screen_line(screen);
			tc_screen_to(screen, indent);
		} else if (!first)
			tc_screen_to(screen, screen->column + 1);
		tc_screen_put(screen, style, tc_strbuf_text(&word));
		first = false;
		text += bytes;
		text += strspn(text, " ");
	}
	tc_strbuf_release(&word);
}

void tc_screen_raw(struct tc_screen *screen, enum tc_style style, const char *bytes, size_t count, size_t columns)
{
	struct tc_strbuf shown = {0};
	tc_text_escape(&shown, bytes, count, !screen->utf8);
	tc_screen_cut(screen, style, tc_strbuf_text(&shown), columns);
	tc_strbuf_release(&shown);
}

void tc_screen_to(struct tc_screen *screen, size_t column)
{
	if (column > screen->columns)
		column = screen->columns;
	for (; screen->column < column; screen->column++)
		tc_strbuf_putc(&screen->text, ' ');
}

void tc_screen_line(struct tc_screen *screen)
{
	struct tc_strbuf *text = &screen->text;
	while (text->bytes && text->text[text->bytes - 1] == ' ')
		text->text[--text->bytes] = 0;
	tc_strbuf_putc(text, '\n');
	screen->column = 0;
}

int tc_screen_write(const struct tc_screen *screen, FILE *out)
{
	if (screen->text.failed)
		return tc_error(TACHO_ENOMEM, "not enough memory to draw the report");
	/* `run` still has a status to give after its report: a reader that went away must not end it. */
	struct sigaction ignore = {.sa_handler = SIG_IGN}, before;
	sigaction(SIGPIPE, &ignore, &before);
	errno = 0;
	fwrite(tc_strbuf_text(&screen->text), 1, screen->text.bytes, out);
	int error = fflush(out) || ferror(out) ? errno : 0;
	sigaction(SIGPIPE, &before, NULL);
	if (!error)
		return 0;
	clearerr(out);
	return error == EPIPE ? 0 : tc_error_errno(error, "cannot write the report");
}
