/* /modifier-groups */
#include "modules/catalog/catalog_routes.h"

static enum code list(struct request *request, const struct catalog *catalog)
{
    return catalog_reply_newest(request, catalog->groups, catalog->group_count, sizeof *catalog->groups);
}

enum code groups_list(struct request *request) { return catalog_read(request, list); }

static enum code get(struct request *request, const struct catalog *catalog)
{
    struct uuid id;
    const struct catalog_group *group = NULL;
    if (request_param_uuid(request, 0, &id))
        group = catalog_group(catalog, id);
    if (group)
        reply(request, group);
    return group ? CODE_OK : CODE_NOT_FOUND;
}

enum code groups_get(struct request *request) { return catalog_read(request, get); }

static enum code create(struct request *request, struct db_tx *tx, void *arg)
{
    const struct catalog_group *group = arg;
    cache_touch(tx);
    catalog_add_modifier_group(tx, group);
    catalog_publish(request, tx, "modifier_group", group->id, "created");
    reply(request, group);
    return CODE_OK;
}

enum code groups_create(struct request *request)
{
    struct catalog_group group = *(const struct catalog_group *)request->body;
    group.id = uuid_new();
    group.created_at = request->received_ms;
    enum code code = catalog_keep_ids(request, "modifiers", group.modifiers.at, group.modifiers.count,
                                      sizeof *group.modifiers.at, NULL, 0);
    return code ? code : request_write(request, create, &group);
}

static enum code change(struct request *request, struct db_tx *tx, void *arg)
{
    const struct uuid *id = arg;
    struct catalog_group group;
    cache_touch(tx);
    if (!group_find(tx, *id, &group))
        return CODE_NOT_FOUND;
    const struct catalog_group old = group;
    enum code code = request_patch(request, &group);
    if (code)
        return code;
    code = catalog_keep_ids(request, "modifiers", group.modifiers.at, group.modifiers.count,
                            sizeof *group.modifiers.at, old.modifiers.at, old.modifiers.count);
    if (code)
        return code;
    group_update(tx, &group);
    catalog_publish(request, tx, "modifier_group", *id, "updated");
    reply(request, &group);
    return CODE_OK;
}

enum code groups_change(struct request *request) { return write_by_id(request, change); }

static enum code remove_group(struct request *request, struct db_tx *tx, void *arg)
{
    const struct uuid *id = arg;
    cache_touch(tx);
    enum code code = group_delete(tx, *id);
    if (code)
        return code;
    catalog_publish(request, tx, "modifier_group", *id, "deleted");
    reply_none(request);
    return CODE_OK;
}

enum code groups_delete(struct request *request) { return write_by_id(request, remove_group); }
