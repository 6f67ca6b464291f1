/* SPDX-License-Identifier: MIT
 *
 * page.h - a page of the manual, as plain text for --help or as man(7) source.  Both are made by the same calls, so they
 * say the same.
 */
#ifndef CLI_PAGE_H
#define CLI_PAGE_H

#include <stdbool.h>
#include <stdio.h>

struct tc_page {
	FILE *out;
	bool man;
};

void tc_page_title(const struct tc_page *page, const char *name, const char *summary);
void tc_page_heading(const struct tc_page *page, const char *text);
/* A form of the usage; first: no other stands above it. */
void tc_page_form(const struct tc_page *page, const char *command, const char *arguments, int bytes, bool first);
void tc_page_text(const struct tc_page *page, const char *paragraphs);
void tc_page_item(const struct tc_page *page, const char *term, const char *text); /* text may be "" */

#endif
