/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <tacho/version.h>

int main(void)
{
	puts("tacho " TACHO_VERSION);
	return 0;
}
