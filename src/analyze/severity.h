/* SPDX-License-Identifier: MIT
 *
 * severity.h - how grave a finding is, and so how urgent what to do about it.
 */
#ifndef ANALYZE_SEVERITY_H
#define ANALYZE_SEVERITY_H

enum tc_severity { TC_SEVERITY_LOW, TC_SEVERITY_MEDIUM, TC_SEVERITY_HIGH, TC_SEVERITY_CRITICAL, TC_SEVERITIES };

static inline const char *tc_severity_name(enum tc_severity severity)
{
	static const char *const name[TC_SEVERITIES] = {"low", "medium", "high", "critical"};
	return name[severity];
}

#endif
