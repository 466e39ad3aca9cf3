/* What the handlers of the catalogue share, and the handlers for the route table. Private to the module. */
#pragma once
#include "modules/catalog/catalog_schema.h"
#include "modules/catalog/catalog_store.h"
#include "modules/handlers.h"
#include "platform/platform.h"

enum code catalog_of(struct request *request, struct cache_ref *ret_ref); /* release it */
/* Answers a read: `answer` runs with the snapshot held. */
typedef enum code (*catalog_answer)(struct request *request, const struct catalog *catalog);
enum code catalog_read(struct request *request, catalog_answer answer);

/* Ids of list entries (structs that begin with their id): those given must be in `old`, each once; the others
 * are made. `path`: the list's name. */
enum code catalog_keep_ids(struct request *request, const char *path, void *items, size_t count, size_t size,
                           const void *old, size_t old_count);

/* A page of a snapshot's array that is sorted by id, newest first. */
enum code catalog_reply_newest(struct request *request, const void *items, size_t count, size_t size);

/* What the query of a list of products asks for, on the menus that the caller sees. */
struct catalog_filter;
enum code products_filter(struct request *request, struct catalog_filter *ret_filter);

enum code products_list(struct request *request);
enum code products_create(struct request *request);
enum code products_get(struct request *request);
enum code products_scan(struct request *request);
enum code products_change(struct request *request);
enum code products_delete(struct request *request);
enum code products_export(struct request *request);
enum code products_import(struct request *request);

enum code categories_list(struct request *request);
enum code categories_create(struct request *request);
enum code categories_get(struct request *request);
enum code categories_change(struct request *request);
enum code categories_delete(struct request *request);

enum code groups_list(struct request *request);
enum code groups_create(struct request *request);
enum code groups_get(struct request *request);
enum code groups_change(struct request *request);
enum code groups_delete(struct request *request);
