/* Work that is due once a day: forgetting what is no longer needed, letting points expire. One thread, which
 * sleeps in between. */
#pragma once

struct jobs;
struct platform;

struct jobs *jobs_start(struct platform *platform); /* NULL: the log says why */
void jobs_stop(struct jobs *jobs);                  /* waits for the one that runs; NULL is fine */
