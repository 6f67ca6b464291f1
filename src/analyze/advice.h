/* SPDX-License-Identifier: MIT
 *
 * advice.h - what a diagnosis found and what to do about it.  Each rule is a file advice_NAME.c that ends with its descriptor, and a row in
 * the table of advice.c.  A rule looks at the diagnosis, which has all figures worked out, and gives as much advice as it
 * finds reason for; it reads no files and draws nothing.
 *
 * Texts are UTF-8 in plain words, fit to be shown: recorded bytes go through tc_advice_escape().  An issue is what is said of its
 * stage, without the stage's name before it: "takes 71 % of the time in spans"; without a stage it is a sentence of its own.
 */
#ifndef ANALYZE_ADVICE_H
#define ANALYZE_ADVICE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "analyze/severity.h"

struct tc_diagnosis;
struct tc_name_diagnosis;
struct tc_share_view;

enum { TC_ADVICE_EVIDENCE = 6 };
#define TC_ADVICE_CONFIDENCE 0.6 /* advice that is less sure is a finding, and not recommended */
#define TC_ADVICE_CERTAIN 0.75   /* less sure has a priority one step below its severity */

enum tc_stage_kind { TC_STAGE_RUN, TC_STAGE_SPAN, TC_STAGE_METRIC, TC_STAGE_SERIES, TC_STAGE_PROCESS };

struct tc_advice {
	const char *kind, *method; /* of the rule; filled in */
	uint64_t n;                /* spans that ended, readings or windows it was judged by; 0: it is judged by none */
	enum tc_stage_kind of;
	const char *stage; /* the name of the span, metric, series or process, any bytes; NULL: of the run as a whole */
	size_t stage_bytes;
	const char *issue;            /* "takes 71 % of the time in spans: halving it saves 2.1 s (1.9 s to 2.3 s)" */
	const char *suggested_action; /* "Make it faster, or call it less often." */
	const char *evidence[TC_ADVICE_EVIDENCE];
	size_t evidences;
	enum tc_severity severity; /* of the finding */
	enum tc_severity priority; /* of the advice; filled in: one lower where it is less sure than 0.75 */
	double sure;               /* confidence in the finding, 0 to 1 */
	double confidence; /* in the advice; filled in: calibrated, times the factor of its kind and of a cost that is not known
			    * (calibrated.h, advice_factor.c) */
	bool cost_unknown; /* it is of something of which nobody measured what it costs */
	bool first;        /* how the run ended: before whatever else was found */
	struct {
		double percent_lo, percent_hi; /* of the run's time, saved; NAN: not known */
		const char *text, *basis;      /* NULL: nothing can be said */
	} expected_improvement;
};

struct tc_advisor;

struct tc_advice_rule {
	const char *kind;   /* "bottleneck": lower case with _ */
	const char *looks;  /* when it speaks, in a sentence */
	const char *method; /* by what it judges */
	void (*advise)(struct tc_advisor *advisor, const struct tc_diagnosis *diagnosis);
};

/* For rules.  Memory is the advisor's; where it runs out the advice is left out and the diagnosis fails at its end. */
void tc_advise(struct tc_advisor *advisor, const struct tc_advice *advice);
char *tc_advice_text(struct tc_advisor *advisor, const char *format, ...) __attribute__((format(printf, 2, 3)));
const char *tc_advice_escape(
	struct tc_advisor *advisor, const char *bytes, size_t count); /* recorded bytes in a sentence */
void tc_advice_prove(struct tc_advisor *advisor, struct tc_advice *advice, const char *format, ...)
	__attribute__((format(printf, 3, 4))); /* adds a line of evidence, as long as there is room for one */

/* For spans that differ: what would be saved if no span of the name took longer than three quarters of them do now, which is also how
 * grave that is. */
void tc_advice_beyond_p75(struct tc_advisor *advisor, struct tc_advice *advice, const struct tc_name_diagnosis *name);

/* For own time of a name that was observed in one state, with the 95 % interval: "waits for a CPU for 40 % of its own time (30 % to
 * 55 %)"; where the name's states are not told apart the interval alone, as the table of states does.  said: that it is so of the run as
 * a whole is said elsewhere, so that it is of little weight here. */
struct tc_advice_range {
	double ns, low_ns, high_ns;
};
void tc_advice_state(struct tc_advisor *advisor, const struct tc_name_diagnosis *name, struct tc_advice_range state,
	bool said, const char *issue, const char *action);

/* Memory that grew under a name, by its estimate and, where those say more, its bounds; never NULL.  share NULL: not observed. */
bool tc_advice_knows_growth(const struct tc_share_view *share);
const char *tc_advice_growth(struct tc_advisor *advisor, const struct tc_share_view *share, double bytes);

/* How grave it is that so much of the time could be saved: high from 25 % on, medium from 10 % on, else low. */
enum tc_severity tc_advice_severity(double percent);

/* How often advice of a kind was right where its finding was, from labelled cases; 1 for what only says where to look. */
double tc_advice_factor(const char *kind);
extern const double tc_advice_cost_unknown; /* so often is it worth anything, where nobody measured what it costs */

/* The table of rules; ends with NULL. */
extern const struct tc_advice_rule *const tc_advice_rules[];

#endif
