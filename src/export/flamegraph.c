/* SPDX-License-Identifier: MIT
 *
 * flamegraph.c - a flame graph as one SVG file that a browser opens: nothing else is loaded, and it fits any width.
 */
#include "analyze/words.h"
#include "base/text.h"
#include "export/escape.h"
#include "export/export.h"
#include "export/flame.h"

enum { HEAD = 112, FOOT = 34 };

static const char style[] =
	".sheet{fill:#fbfbfd}.name{font:600 17px system-ui,sans-serif;fill:#1d1d1f}\n"
	".dim{font:13px system-ui,sans-serif;fill:#5f6068}\n"
	".line{font:13px "
	"system-ui,sans-serif;color:#5f6068;white-space:nowrap;overflow:hidden;text-overflow:ellipsis;margin-bottom:"
	"8px}\n"
	".bar{display:flex;flex-wrap:wrap;gap:8px;align-items:center;font:13px system-ui,sans-serif;color:#5f6068}\n"
	".bar input{flex:1 1 90px;min-width:90px;max-width:190px}.bar input,.bar "
	"button{font:inherit;color:#1d1d1f;background:#fff;border:1px solid #c3c3cc;"
	"border-radius:6px;padding:4px 9px}.bar button:disabled{opacity:.45}\n"
	"@media "
	"(prefers-color-scheme:dark){.sheet{fill:#17171a}.name{fill:#f2f2f4}.dim{fill:#a2a2ad}.bar,.line{color:#a2a2ad}"
	".bar input,.bar button{color:#f2f2f4;background:#26262b;border-color:#4a4a53}}\n";

static void put_head(struct tc_out *out, const struct tc_flame *flame)
{
	const struct tc_session *session = flame->session;
	const char *name = session->manifest.name ? session->manifest.name : "session";
	struct tc_strbuf text = {0};
	tc_text_escape(&text, name, strlen(name), false);
	tc_out_puts(
		out, "<rect class=\"sheet\" width=\"100%\" height=\"100%\"/>\n<text class=\"name\" x=\"12\" y=\"26\">");
	tc_escape_xml(out, tc_strbuf_text(&text), text.bytes);
	tc_strbuf_clear(&text);
	tc_end_text(&text, session, false);
	tc_strbuf_printf(&text, " %s %s: ", session->live ? "for" : "after", tc_duration(tc_runtime(session)).text);
	tc_command_text(&text, &session->manifest, false);
	tc_out_puts(out, "</text>\n<foreignObject x=\"12\" y=\"34\" width=\"97%\" height=\"74\"><div "
			 "xmlns=\"http://www.w3.org/1999/xhtml\"><div class=\"line\">");
	tc_escape_xml(out, tc_strbuf_text(&text), text.bytes);
	tc_out_puts(out, "</div><div class=\"bar\">");
	tc_flame_put_controls(out, flame);
	tc_out_puts(out, "</div></div></foreignObject>\n");
	tc_strbuf_release(&text);
}

static int write_flamegraph(struct tc_export *export)
{
	struct tc_flame flame;
	struct tc_out *out = export->out;
	int error = tc_flame_make(&flame, export->session, &export->what);
	if (error)
		return error;
	unsigned height = tc_flame_height(&flame);
	tc_out_printf(out,
		"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"100%%\" height=\"%u\" "
		"style=\"min-height:100vh\">\n<style>\n",
		HEAD + height + FOOT);
	tc_out_puts(out, style);
	tc_out_puts(out, tc_flame_style);
	/* Else phones lay it out as wide as a desktop and show it small. */
	tc_out_puts(out, "</style>\n<meta xmlns=\"http://www.w3.org/1999/xhtml\" name=\"viewport\" "
			 "content=\"width=device-width\"/>\n");
	put_head(out, &flame);
	tc_out_printf(out,
		"<svg x=\"12\" y=\"%d\" width=\"calc(100%% - 24px)\" height=\"%u\" style=\"width:calc(100%% - "
		"24px)\">\n",
		HEAD, height);
	tc_flame_put(out, &flame);
	tc_out_printf(out, "</svg>\n<text class=\"dim flame-info\" x=\"12\" y=\"%u\">", HEAD + height + 20);
	if (flame.left_out)
		tc_out_printf(out, "%s %s left out: too thin or too deep to be seen", tc_count(flame.left_out).text,
			flame.left_out == 1 ? "box is" : "boxes are");
	tc_out_puts(out, "</text>\n<script><![CDATA[\n");
	tc_out_puts(out, tc_flame_script);
	tc_out_puts(out, "]]></script>\n</svg>\n");
	tc_flame_release(&flame);
	return 0;
}

const struct tc_format tc_format_flamegraph = {
	.name = "flamegraph",
	.ending = ".svg",
	.summary = "a flame graph as one SVG for a browser: searchable, by own time or CPU time",
	.write = write_flamegraph,
};
