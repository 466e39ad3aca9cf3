/* A hash table by text, of things that hold their node: no memory of its own but the buckets. */
#pragma once
#include "base/str.h"

struct sio_node {
    struct sio_node *next;
    uint64_t hash;
    struct str key; /* the owner's, as long as the node is in */
};

struct sio_table {
    struct sio_node **buckets;
    size_t bucket_count, count;
};

struct sio_node *sio_table_find(const struct sio_table *table, struct str key);
void sio_table_add(struct sio_table *table, struct sio_node *node, struct str key); /* it is not in yet */
void sio_table_remove(struct sio_table *table, struct sio_node *node);              /* it is in */
void sio_table_free(struct sio_table *table);                                       /* the buckets */
