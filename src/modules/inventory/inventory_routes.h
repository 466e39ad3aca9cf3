/* The handlers of stock, for the route table. Private to the module. */
#pragma once
#include "modules/handlers.h"
#include "modules/inventory/ingredient_schema.h"
#include "modules/inventory/inventory_schema.h"
#include "modules/inventory/recipe_book.h"
#include "platform/platform.h"

/* The outlets whose stock is asked for, by id: one, or (an owner, nil) all. */
#define STOCK_OUTLETS_MAX 256
struct stock_outlets {
    struct uuid *ids;
    size_t count;
};
enum code stock_outlets_of(struct request *request, struct uuid asked, struct stock_outlets *ret_outlets);

enum code ingredient_levels_list(struct request *request);
enum code ingredients_list(struct request *request);
enum code ingredients_create(struct request *request);
enum code ingredients_get(struct request *request);
enum code ingredients_change(struct request *request);
enum code ingredients_delete(struct request *request);
enum code recipe_get(struct request *request);
enum code recipe_put(struct request *request);

enum code stock_list(struct request *request);
enum code movements_list(struct request *request);
enum code adjustments_create(struct request *request);
