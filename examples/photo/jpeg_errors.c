/* SPDX-License-Identifier: MIT */
#include "jpeg_errors.h"
#include <errno.h>
#include <jerror.h>

static _Noreturn void on_error(j_common_ptr jpeg)
{
	struct jpeg_errors *errors = (struct jpeg_errors *)jpeg->err;
	char text[JMSG_LENGTH_MAX];

	jpeg->err->format_message(jpeg, text);
	failure_set(errors->failure, -EBADMSG, "%s", text);
	jpeg_errors_jump(jpeg);
}

static void on_message(j_common_ptr jpeg, int level)
{
	/* To libjpeg a file that ends too early is a warning: it makes the rest grey.  For us that is no photo. */
	if (level < 0 && jpeg->err->msg_code == JWRN_JPEG_EOF)
		on_error(jpeg);
	if (level < 0)
		jpeg->err->num_warnings++;
}

struct jpeg_error_mgr *jpeg_errors_init(struct jpeg_errors *errors, struct failure *failure)
{
	jpeg_std_error(&errors->manager);
	errors->manager.error_exit = on_error;
	errors->manager.emit_message = on_message;
	errors->failure = failure;
	return &errors->manager;
}

void jpeg_errors_jump(j_common_ptr jpeg)
{
	longjmp(((struct jpeg_errors *)jpeg->err)->back, 1);
}
