/* What the files of this module share. */
#pragma once
#include "base/json.h"
#include "modules/notifications/notifications.h"
#include "platform/auth/identity.h"

enum language { LANGUAGE_ID, LANGUAGE_EN, LANGUAGES };

/* Which event is told to whom, and how: a row of data. */
struct notice_kind {
    const char *event;                /* the domain event */
    const char *type;                 /* of the notification */
    unsigned roles;                   /* of the outlet's people; owners get everything */
    bool (*matters)(struct str data); /* NULL: always */
    const char *key[2]; /* members of the event's data that name what is told; NULL: the event itself */
    /* "{name}" stands for a member of the notification's data. */
    const char *titles[LANGUAGES], *messages[LANGUAGES];
};

const struct notice_kind *notice_kind_of_event(struct str event); /* NULL: told to nobody */
const struct notice_kind *notice_kind_of_type(struct str type);   /* NULL: of another version */

struct str notice_text(struct arena *arena, const char *text, struct str data);
/* What was told: the key, in `arena`; the event's id when the kind has no key of its own. */
struct str notice_key(struct arena *arena, const struct notice_kind *kind, const struct event *event);

enum language notice_language(struct str accept_language, struct str currency);

struct notice {
    struct uuid id, outlet_id;
    struct str type, title, message, data;
    int64_t read_at, created_at; /* read_at: JSON_NONE while unread */
};
extern const struct json_schema NOTICE_SCHEMA;
/* Sets title and message from type and data. */
void notice_translate(struct arena *arena, enum language language, struct notice *notice);

/* The listener notifications.send. */
enum code notifications_send(struct platform *platform, struct db_tx *tx, const struct event *event);
extern const struct route NOTIFICATIONS_ROUTES[];

/* Listens for listeners that fail too often. */
enum code notifications_start(struct platform *platform);
void notifications_stop(struct platform *platform);
