/* The handlers of the namespaces /kds and /notifications. */
#pragma once
#include "modules/realtime/realtime_feed.h"
#include "modules/realtime/realtime_session.h"

struct gateway {
    struct platform *platform;
    struct feed *feed;
    struct sessions *sessions;
    struct gate { /* of one namespace */
        struct gateway *gateway;
        enum screen_namespace nsp;
    } gates[SCREEN_NAMESPACES];
    struct sio_namespace namespaces[SCREEN_NAMESPACES];
};

/* Fills in the namespaces; platform, feed and sessions are set. */
void gateway_init(struct gateway *gateway);
