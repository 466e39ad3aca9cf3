#include "platform/socketio/sio_table.h"

#include "base/check.h"

#include <stdlib.h>

#define BUCKETS_MIN 16

static uint64_t hash_of(struct str key) /* FNV-1a: the keys are the application's */
{
    uint64_t hash = 0xcbf29ce484222325;
    for (size_t i = 0; i < key.len; i++)
        hash = (hash ^ (unsigned char)key.data[i]) * 0x100000001b3;
    return hash;
}

static struct sio_node **bucket(const struct sio_table *table, uint64_t hash)
{
    return &table->buckets[(hash ^ hash >> 32) & (table->bucket_count - 1)];
}

struct sio_node *sio_table_find(const struct sio_table *table, struct str key)
{
    if (table->count == 0)
        return NULL;
    uint64_t hash = hash_of(key);
    struct sio_node *node = *bucket(table, hash);
    while (node && !(node->hash == hash && str_eq(node->key, key)))
        node = node->next;
    return node;
}

static void grow(struct sio_table *table)
{
    struct sio_table larger = {.bucket_count = table->bucket_count ? table->bucket_count * 2 : BUCKETS_MIN};
    larger.buckets = calloc(larger.bucket_count, sizeof(struct sio_node *));
    check(larger.buckets != NULL);
    for (size_t i = 0; i < table->bucket_count; i++) {
        for (struct sio_node *node = table->buckets[i], *next; node; node = next) {
            next = node->next;
            struct sio_node **first = bucket(&larger, node->hash);
            node->next = *first;
            *first = node;
        }
    }
    free(table->buckets);
    table->buckets = larger.buckets;
    table->bucket_count = larger.bucket_count;
}

void sio_table_add(struct sio_table *table, struct sio_node *node, struct str key)
{
    if (table->count >= table->bucket_count)
        grow(table);
    node->hash = hash_of(key);
    node->key = key;
    struct sio_node **first = bucket(table, node->hash);
    node->next = *first;
    *first = node;
    table->count++;
}

void sio_table_remove(struct sio_table *table, struct sio_node *node)
{
    struct sio_node **at = bucket(table, node->hash);
    while (*at != node)
        at = &(*at)->next;
    *at = node->next;
    table->count--;
}

void sio_table_free(struct sio_table *table)
{
    free(table->buckets);
    *table = (struct sio_table){0};
}
