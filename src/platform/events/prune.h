/* The daily clean-up of the outbox: events older than 7 days that every listener of this program has done. */
#pragma once
#include "platform/events/events.h"

/* Blocks; short transactions. A listener that fell behind, and retries and dead letters, keep their events.
 */
enum code events_prune(struct events *events);
