/* SPDX-License-Identifier: MIT
 *
 * describe.h - what a manifest says of the machine and of the run, for those who begin a session.
 */
#ifndef OBSERVE_DESCRIBE_H
#define OBSERVE_DESCRIBE_H

#include <sys/types.h>
#include "format/manifest.h"

/* Fills a manifest as it is when a session begins, begin included; pid is this process.  Its strings are its own: release
 * it with tc_manifest_release().  arguments: NULL-terminated, NULL: this process's own; what
 * tc_redact_rules() says is left out of them. */
void tc_describe(struct tc_manifest *manifest, const char *name, char *const *arguments);

/* The same of another process that runs: its arguments and its directory, as far as /proc tells them. */
void tc_describe_process(struct tc_manifest *manifest, const char *name, pid_t pid);

/* This instant, as a manifest's begin or end; its ticks are those of CLOCK_MONOTONIC. */
void tc_describe_now(struct tc_calibration *now);

#endif
