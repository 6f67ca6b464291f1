/* SPDX-License-Identifier: MIT */
#include "cli/page.h"

#include <ctype.h>
#include <string.h>
#include <tacho/version.h>

enum { WIDTH = 79, INDENT = 4, TAB = 30, ROFF_WIDTH = 60 };
#define DATE "2026-11-20"

/* ---- man(7) ---- */

/* Text that roff shows as it stands; begins: at the begin of a line, where . and ' would be requests. */
static void roff(FILE *out, const char *text, size_t bytes, bool begins)
{
	static const char special[] = "\\-'`\"^~", *const shown[] = {
							   "\\e", "\\-", "\\(aq", "\\(ga", "\\(dq", "\\(ha", "\\(ti"};
	if (begins && bytes && (*text == '.' || *text == '\''))
		fputs("\\&", out);
	for (size_t i = 0; i < bytes; i++) {
		const char *at = text[i] ? strchr(special, text[i]) : NULL;
		if (at)
			fputs(shown[at - special], out);
		else
			fputc(text[i] == '\n' ? ' ' : text[i], out);
	}
}

/* Bytes of text up to the last space, or the end, within ROFF_WIDTH; at least a word. */
static size_t roff_line(const char *text, size_t bytes)
{
	size_t last = bytes;
	for (size_t i = 0; i < bytes && (i <= ROFF_WIDTH || last == bytes); i++)
		if (text[i] == ' ')
			last = i;
	return bytes <= ROFF_WIDTH ? bytes : last;
}

/* Paragraphs, in lines that an editor shows whole. */
static void roff_lines(FILE *out, const char *text)
{
	while (*text) {
		size_t bytes = strcspn(text, "\n");
		if (!bytes)
			fputs(".PP\n", out);
		while (bytes) {
			size_t line = roff_line(text, bytes);
			roff(out, text, line, true);
			fputc('\n', out);
			line += line < bytes;
			text += line;
			bytes -= line;
		}
		text += *text == '\n';
	}
}

/* ---- plain text ---- */

/* Writes text in lines of at most WIDTH columns; column: where the pen stands. */
static void wrap(FILE *out, const char *text, int indent, int column)
{
	while (*text) {
		if (*text == '\n') {
			fputc('\n', out);
			column = 0;
			text++;
			continue;
		}
		size_t bytes = strcspn(text, " \n");
		if (column > indent && column + 1 + (int)bytes > WIDTH) {
			fputc('\n', out);
			column = 0;
		}
		column += column <= indent ? fprintf(out, "%*s", indent - column, "") : fprintf(out, " ");
		fwrite(text, 1, bytes, out);
		column += (int)bytes;
		text += bytes;
		text += *text == ' ';
	}
	fputc('\n', out);
}

/* ---- both ---- */

void tc_page_title(const struct tc_page *page, const char *name, const char *summary)
{
	if (!page->man) {
		for (const char *c = name; *c; c++)
			fputc(*c == '-' ? ' ' : *c, page->out);
		fprintf(page->out, " - %s\n", summary);
		return;
	}
	fputs(".\\\" Made from the descriptors in src/cli; `tacho help --man` prints it.\n.TH ", page->out);
	for (const char *c = name; *c; c++)
		fputc(toupper((unsigned char)*c), page->out);
	fputs(" 1 " DATE " \"tacho " TACHO_VERSION "\" \"tacho manual\"\n.SH NAME\n", page->out);
	roff(page->out, name, strlen(name), true);
	fputs(" \\- ", page->out);
	roff(page->out, summary, strlen(summary), false);
	fputc('\n', page->out);
}

void tc_page_heading(const struct tc_page *page, const char *text)
{
	if (!page->man) {
		fprintf(page->out, "\n%s\n", text);
		return;
	}
	fputs(".SH ", page->out);
	text = strcmp(text, "Usage") ? text : "Synopsis";
	fputc('"', page->out);
	for (; *text; text++)
		fputc(toupper((unsigned char)*text), page->out);
	fputs("\"\n", page->out);
}

void tc_page_form(const struct tc_page *page, const char *command, const char *arguments, int bytes, bool first)
{
	if (!page->man) {
		char form[512];
		int column = fprintf(page->out, "%*s%s ", INDENT, "", command);
		snprintf(form, sizeof form, "%.*s", bytes, arguments);
		wrap(page->out, form, column, column);
		return;
	}
	if (!first)
		fputs(".br\n", page->out);
	fprintf(page->out, ".B %s\n", command);
	while (bytes) {
		size_t line = roff_line(arguments, (size_t)bytes);
		roff(page->out, arguments, line, true);
		fputc('\n', page->out);
		line += (int)line < bytes;
		arguments += line;
		bytes -= (int)line;
	}
}

void tc_page_text(const struct tc_page *page, const char *paragraphs)
{
	if (page->man)
		roff_lines(page->out, paragraphs);
	else
		wrap(page->out, paragraphs, INDENT, 0);
}

void tc_page_item(const struct tc_page *page, const char *term, const char *text)
{
	if (page->man) {
		fputs(".TP\n\\fB", page->out);
		roff(page->out, term, strlen(term), false);
		fputs("\\fR\n", page->out);
		roff_lines(page->out, *text ? text : "\\&");
		return;
	}
	int column = fprintf(page->out, "%*s%s", INDENT, "", term);
	if (column > TAB - 2) {
		fputc('\n', page->out);
		column = 0;
	}
	wrap(page->out, text, TAB, column);
}
