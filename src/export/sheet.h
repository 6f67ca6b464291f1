/* SPDX-License-Identifier: MIT
 *
 * sheet.h - sections of the HTML page; each file sheet_NAME.c has one of them.
 */
#ifndef EXPORT_SHEET_H
#define EXPORT_SHEET_H

#include "analyze/diagnosis.h"
#include "base/units.h"
#include "export/escape.h"
#include "export/export.h"

extern const char tc_sheet_style[];

void tc_sheet_head(struct tc_export *export); /* what ran and how it ended */
void tc_sheet_findings(struct tc_export *export, const struct tc_diagnosis *diagnosis);
int tc_sheet_phases(struct tc_export *export);     /* the call tree, the flame graph */
int tc_sheet_timeline(struct tc_export *export);   /* single spans by thread */
void tc_sheet_shares(struct tc_export *export);    /* where own time went */
void tc_sheet_resources(struct tc_export *export); /* charts */
void tc_sheet_metrics(struct tc_export *export);
void tc_sheet_notes(struct tc_export *export);

/* Recorded bytes and text of ours, fit to be shown. */
void tc_sheet_text(struct tc_out *out, const char *bytes, size_t count);
void tc_sheet_puts(struct tc_out *out, const char *text);

/* The class that gives a name its colour, the same everywhere. */
unsigned tc_hue_of(const char *name, size_t bytes);

#endif
