/* The parts that every module stands on, opened by app.c. Read-only after the start. */
#pragma once
#include "base/config.h"

struct platform {
    const struct config *config;
    struct db *db;
    struct cache *cache;
    struct events *events;
    struct auth *auth;
    struct db_batch *sales;          /* the sale writer; opened by the pos module */
    struct sale_memory *sale_memory; /* what it remembers; opened by the pos module */
    struct realtime *realtime;       /* the sockets; opened by the realtime module */
};
