/* The demo business. */
#pragma once
#include "platform/platform.h"

/* Makes the demo business when there is no business yet, and prints its logins. False: it failed, the log
 * says why. */
bool demo_if_empty(struct platform *platform);
