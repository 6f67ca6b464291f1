/* SPDX-License-Identifier: MIT */
#include "stats/student.h"

#include "stats/normal.h"

double tc_student_quantile(double p, double freedom)
{
	double z = tc_normal_quantile(p), z2 = z * z;
	double first = z * (z2 + 1) / 4;
	double second = z * ((5 * z2 + 16) * z2 + 3) / 96;
	double third = z * (((3 * z2 + 19) * z2 + 17) * z2 - 15) / 384;
	double fourth = z * ((((79 * z2 + 776) * z2 + 1482) * z2 - 1920) * z2 - 945) / 92160;
	return z + (first + (second + (third + fourth / freedom) / freedom) / freedom) / freedom;
}
