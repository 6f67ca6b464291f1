/* SPDX-License-Identifier: MIT
 *
 * netdev.c - what goes over the network, of the network namespace that the observed process is in: of no process alone, and
 * of a host's only where the process shares it.  Bridges, tunnels and virtual pairs carry again what hardware carries, so
 * hardware alone counts where there is any; in a container, all but loopback.
 */
#include "sample/devices.h"
#include "sample/procfile.h"

#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* Those with series of each interface come first. */
enum { RECEIVED, SENT, PACKETS_RECEIVED, PACKETS_SENT, ERRORS, DROPS, COUNTERS };

enum { TEXT_BYTES = 32768 };

struct netdev {
	int fd;
	bool hardware; /* alone counts; decided once, so that totals only grow */
	char root[PATH_MAX];
	struct tc_devices devices;
	char text[TEXT_BYTES];
};

struct line { /* of /proc/net/dev, behind the colon */
	uint64_t bytes, packets, errors, drops;
};

static const char *parse_way(const char *at, struct line *line)
{
	at = tc_parse_number(at, &line->bytes);
	at = tc_parse_number(at, &line->packets);
	at = tc_parse_number(at, &line->errors);
	return tc_parse_number(at, &line->drops);
}

static void take_counts(
	struct tc_device *device, const struct tc_moment *now, const struct line *in, const struct line *out)
{
	const uint64_t counts[COUNTERS] = {
		[RECEIVED] = in->bytes,
		[SENT] = out->bytes,
		[PACKETS_RECEIVED] = in->packets,
		[PACKETS_SENT] = out->packets,
		[ERRORS] = in->errors + out->errors,
		[DROPS] = in->drops + out->drops,
	};
	for (int i = 0; i < COUNTERS; i++)
		tc_counter_take(&device->counter[i], now, counts[i], TC_DEVICE_BITS, 1, &device->reading[i]);
}

static bool is_hardware(const struct netdev *netdev, const char *name, size_t bytes)
{
	char path[PATH_MAX + 64];
	snprintf(path, sizeof path, "%s/sys/class/net/%.*s/device", netdev->root, (int)bytes, name);
	return !access(path, F_OK);
}

/* Where the name of the interface ends; the first two lines are headings and have no such place. */
static const char *find_name(const char **at)
{
	*at += strspn(*at, " \t");
	const char *end = *at + strcspn(*at, ": \t\n");
	return *end == ':' && end > *at ? end : NULL;
}

static bool is_loopback(const char *name, size_t bytes)
{
	return bytes == 2 && !memcmp(name, "lo", 2);
}

static void read_line(struct netdev *netdev, const struct tc_moment *now, const char *at)
{
	struct line in, out;
	bool fresh;
	const char *end = find_name(&at), *behind = end ? parse_way(end + 1, &in) : NULL;
	if (!behind || !parse_way(tc_parse_skip(behind, 4), &out))
		return;
	size_t bytes = (size_t)(end - at);
	struct tc_device *device = tc_devices_find(&netdev->devices, at, bytes, &fresh);
	if (device && fresh)
		device->counts = netdev->hardware ? is_hardware(netdev, at, bytes) : !is_loopback(at, bytes);
	if (device && device->counts)
		take_counts(device, now, &in, &out);
}

static bool read_text(struct netdev *netdev)
{
	return tc_procfile_lines(netdev->fd, netdev->text, sizeof netdev->text);
}

static void take_lines(struct netdev *netdev, const struct tc_moment *now)
{
	for (const char *at = netdev->text; at; at = tc_parse_line(at))
		read_line(netdev, now, at);
}

static void netdev_read(void *state, struct tc_moment *now, struct tc_reading *readings)
{
	struct netdev *netdev = state;
	if (!read_text(netdev))
		return;
	tc_moment_end(now);
	take_lines(netdev, now);
	tc_devices_sum(&netdev->devices, readings);
}

static void look_for_hardware(struct netdev *netdev)
{
	for (const char *at = netdev->text, *end; at; at = tc_parse_line(at))
		if ((end = find_name(&at)))
			netdev->hardware |= is_hardware(netdev, at, (size_t)(end - at));
}

static const struct tc_series each_interface[PACKETS_RECEIVED];

static void netdev_open(void *state, const struct tc_sample_place *place, struct tc_series *series)
{
	struct netdev *netdev = state;
	bool any = false;
	struct tc_moment now = tc_sample_moment(place->now_ns);
	snprintf(netdev->root, sizeof netdev->root, "%s", place->root);
	netdev->devices.set = place->series;
	netdev->devices.each = each_interface;
	netdev->devices.each_count = PACKETS_RECEIVED;
	netdev->devices.counters = COUNTERS;
	netdev->fd = tc_procfile_open(place->root, "proc/%d/net/dev", (int)place->pid);
	if (netdev->fd < 0) /* it has ended already */
		netdev->fd = tc_procfile_open(place->root, "proc/net/dev");
	if (read_text(netdev)) {
		tc_moment_end(&now);
		look_for_hardware(netdev);
		take_lines(netdev, &now);
	}
	for (size_t i = 0; i < netdev->devices.count; i++)
		any |= netdev->devices.device[i].counts;
	for (int i = 0; i < COUNTERS && !any; i++)
		series[i].absent = netdev->text[0] ? "the network namespace of the process has loopback alone"
		                                   : "/proc/net/dev cannot be read: mount /proc, or allow its files";
}

static void netdev_close(void *state, uint64_t now_ns)
{
	struct netdev *netdev = state;
	(void)now_ns;
	if (netdev->fd >= 0)
		close(netdev->fd);
}

#define OF_NETDEV .source = "/proc/PID/net/dev"
#define BYTES .unit = "bytes/s", .total_unit = "bytes", .resolution = "1 byte"
#define PACKETS .unit = "packets/s", .total_unit = "packets", .resolution = "1 packet"

static const struct tc_series series_of_netdev[] = {
	[RECEIVED] = {.name = "system.net_received",
		BYTES,
		OF_NETDEV,
		.help = "Received by the network namespace that the observed process is in, by all its processes: over "
			"hardware where it has any, else over all but loopback."},
	[SENT] = {.name = "system.net_sent", BYTES, OF_NETDEV, .help = "Sent by that network namespace."},
	[PACKETS_RECEIVED] = {.name = "system.net_packets_received",
		PACKETS,
		OF_NETDEV,
		.help = "Packets that it received."},
	[PACKETS_SENT] = {.name = "system.net_packets_sent", PACKETS, OF_NETDEV, .help = "Packets that it sent."},
	[ERRORS] = {.name = "system.net_errors", PACKETS, OF_NETDEV, .help = "Packets that were broken, both ways."},
	[DROPS] = {.name = "system.net_drops",
		PACKETS,
		OF_NETDEV,
		.help = "Packets that were dropped for want of room, both ways."},
};

static const struct tc_series each_interface[PACKETS_RECEIVED] = {
	[RECEIVED] = {.name = "system.net_received",
		BYTES,
		OF_NETDEV,
		.help = "Received by one interface; of the first 16."},
	[SENT] = {.name = "system.net_sent", BYTES, OF_NETDEV, .help = "Sent by one interface."},
};

const struct tc_sampler tc_sampler_netdev = {
	.name = "netdev",
	.group = TC_CHEAP,
	.state_bytes = sizeof(struct netdev),
	.series = series_of_netdev,
	.series_count = COUNTERS,
	.each = each_interface,
	.each_count = PACKETS_RECEIVED,
	.open = netdev_open,
	.read = netdev_read,
	.close = netdev_close,
};
