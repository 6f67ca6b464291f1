/* SPDX-License-Identifier: MIT */
#ifndef TACHO_VERSION_H
#define TACHO_VERSION_H
#define TACHO_VERSION_MAJOR 0
#define TACHO_VERSION_MINOR 1
#define TACHO_VERSION_PATCH 0
#define TACHO_VERSION "0.1.0"
#endif
