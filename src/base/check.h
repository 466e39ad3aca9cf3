/* `check` guards what must hold whatever the input: it stays on in production, names the place and stops the
 * process. A stopped process loses no acknowledged sale; one that goes on with broken state might. */
#pragma once

#define check(condition) ((condition) ? (void)0 : check_failed(#condition, __FILE__, __LINE__))

_Noreturn void check_failed(const char *condition, const char *file, int line);
