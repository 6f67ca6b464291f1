/* SPDX-License-Identifier: MIT */
#include "base/library.h"

#include <dlfcn.h>
#include <string.h>
#include "base/error.h"

static void forget(const struct tc_symbol *symbol, size_t count)
{
	void *nothing = NULL;
	for (size_t i = 0; i < count; i++)
		memcpy(symbol[i].function, &nothing, sizeof nothing);
}

int tc_library_load(const char *soname, const char *what, const struct tc_symbol *symbol, size_t count)
{
	void *library = dlopen(soname, RTLD_NOW | RTLD_LOCAL);
	if (!library)
		goto failed;
	for (size_t i = 0; i < count; i++) {
		void *found = dlsym(library, symbol[i].name);
		if (!found)
			goto failed;
		memcpy(symbol[i].function, &found, sizeof found);
	}
	return 0;
failed:
	forget(symbol, count);
	const char *why = dlerror();
	if (library)
		dlclose(library);
	return tc_error(TACHO_ENOENT, "%s is needed %s: %s", soname, what, why ? why : "it cannot be loaded");
}
