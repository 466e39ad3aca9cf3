/* A listener that fails too often becomes an event of its business: told on the screens of managers and
 * owners, and stored for them. */
#include "base/log.h"
#include "modules/notifications/notifications_internal.h"
#include "platform/platform.h"

#define DATA_MAX 512
#define MINUTES 5

struct telling {
    struct events *events;
    const struct listener_alert *alert;
};

static struct str data_of(struct arena *arena, const struct listener_alert *alert)
{
    int64_t attempts = alert->handled + alert->failed;
    struct buf out = buf_make(arena, 256, DATA_MAX);
    buf_put(&out, STR("{\"listener\":"));
    json_put_string(&out, str_of(alert->listener));
    buf_format(&out, ",\"failed\":%lld,\"attempts\":%lld,\"failureRate\":%.4f,\"minutes\":%d}",
               (long long)alert->failed, (long long)attempts,
               attempts > 0 ? (double)alert->failed / (double)attempts : 0.0, MINUTES);
    return buf_str(&out);
}

static enum code publish(struct db_tx *tx, void *arg)
{
    const struct telling *telling = arg;
    struct event_draft draft = {"ops.alert", db_business(tx), data_of(db_arena(tx), telling->alert)};
    event_publish(tx, telling->events, db_business(tx), STR_NONE, &draft, 1);
    return CODE_OK;
}

/* On the thread of the listener that fails. */
static void on_alert(void *arg, const struct listener_alert *alert)
{
    struct platform *platform = arg;
    struct telling telling = {platform->events, alert};
    struct arena arena = {0};
    enum code code = db_write(platform->db, alert->business_id, &arena, publish, &telling);
    arena_free(&arena);
    if (code)
        log_warn("notifications.alert_failed", LOG_TEXT("reason", code_name(code)));
}

enum code notifications_start(struct platform *platform)
{
    events_on_alert(platform->events, on_alert, platform);
    return CODE_OK;
}

void notifications_stop(struct platform *platform) { events_on_alert(platform->events, NULL, NULL); }
