/* Zones are read from their files once and stay. The registry is an array of lists that only grow at their
 * heads: readers walk it without a lock, writers take turns. It holds names of real files only, so it cannot
 * grow past them. */
#include "base/zone.h"

#include "base/timefmt.h"
#include "base/zone_rule.h"

#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define NAME_MAX_BYTES 64
#define FILE_MAX_BYTES (1 << 20)
#define HEADER_BYTES 44
#define OFFSET_MAX_SECONDS (26 * 3600)
#define DAY_SECONDS 86400

struct zone {
    struct zone *next; /* in its list */
    struct str name;
    size_t change_count;  /* entries of the two arrays: */
    int64_t *change_at;   /* UTC seconds, ascending */
    int32_t *offset_from; /* seconds east of UTC from then on */
    int32_t first_offset; /* before the first change */
    bool has_rule;        /* after the last change */
    struct zone_rule rule;
};

static struct zone *_Atomic registry[256];
static pthread_mutex_t registry_lock = PTHREAD_MUTEX_INITIALIZER;
static struct arena registry_arena; /* under registry_lock */

/* Letters, digits, "_", "+", "-", in parts divided by "/": nothing that climbs out of the directory. Names
 * that mean another thing on each machine, and the trees that repeat the others (one with leap seconds), are
 * left out. */
static bool is_zone_name(struct str name)
{
    static const struct str refused[] = {STR_INIT("posix/"), STR_INIT("right/"), STR_INIT("localtime"),
                                         STR_INIT("posixrules")};
    if (name.len == 0 || name.len > NAME_MAX_BYTES)
        return false;
    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++) {
        if (str_starts_with(name, refused[i]))
            return false;
    }
    char before = '/';
    for (size_t i = 0; i < name.len; before = name.data[i++]) {
        char c = name.data[i];
        bool letter = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
        bool other = (c >= '0' && c <= '9') || c == '_' || c == '+' || c == '-';
        if (!letter && !(other && before != '/') && !(c == '/' && before != '/'))
            return false;
    }
    return before != '/';
}

static bool read_all(int file, struct arena *arena, struct str *ret_data)
{
    struct stat info;
    if (fstat(file, &info) || !S_ISREG(info.st_mode) || info.st_size > FILE_MAX_BYTES)
        return false;
    size_t size = (size_t)info.st_size, done = 0;
    char *data = arena_alloc(arena, size);
    while (done < size) {
        ssize_t got = read(file, data + done, size - done);
        if (got <= 0)
            return false;
        done += (size_t)got;
    }
    *ret_data = (struct str){data, size};
    return true;
}

static bool read_zone_file(struct str name, struct arena *arena, struct str *ret_data)
{
    const char *directory = getenv("TZDIR");
    if (!directory || !*directory)
        directory = "/usr/share/zoneinfo";
    struct str path = str_format(arena, "%s/%.*s", directory, STR_ARG(name));
    int file = open(str_to_cstr(arena, path), O_RDONLY | O_CLOEXEC);
    if (file < 0)
        return false;
    bool complete = read_all(file, arena, ret_data);
    close(file);
    return complete;
}

static int64_t read_big_endian(const char *data, size_t size)
{
    uint64_t value = (data[0] & 0x80) ? UINT64_MAX : 0;
    for (size_t i = 0; i < size; i++)
        value = value << 8 | (unsigned char)data[i];
    return (int64_t)value;
}

/* A header with its block of data; the offsets are those of the block's parts. */
struct block {
    size_t changes, types, leaps;
    size_t indexes_at, types_at; /* the change times are at its start */
    const char *data;
    size_t size;
};

/* Cuts a header and its block from `*rest`; `time_size` is 4 in the first block, 8 in the second. */
static bool take_block(struct str *rest, size_t time_size, struct block *ret_block)
{
    if (rest->len < HEADER_BYTES || memcmp(rest->data, "TZif", 4) != 0 || rest->data[4] < '2')
        return false;
    size_t count[6]; /* UT flags, standard flags, leap seconds, changes, types, name bytes */
    for (size_t i = 0; i < 6; i++) {
        int64_t value = read_big_endian(rest->data + 20 + i * 4, 4);
        if (value < 0 || value > FILE_MAX_BYTES)
            return false;
        count[i] = (size_t)value;
    }
    struct block block = {.changes = count[3], .types = count[4], .leaps = count[2]};
    block.indexes_at = count[3] * time_size;
    block.types_at = block.indexes_at + count[3];
    block.size = block.types_at + count[4] * 6 + count[5] + count[2] * (time_size + 4) + count[1] + count[0];
    block.data = rest->data + HEADER_BYTES;
    if (block.size > rest->len - HEADER_BYTES)
        return false;
    *rest = (struct str){block.data + block.size, rest->len - HEADER_BYTES - block.size};
    *ret_block = block;
    return true;
}

static bool read_offset(const struct block *block, size_t type, int32_t *ret_offset)
{
    if (type >= block->types)
        return false;
    int64_t offset = read_big_endian(block->data + block->types_at + type * 6, 4);
    if (offset < -OFFSET_MAX_SECONDS || offset > OFFSET_MAX_SECONDS)
        return false;
    *ret_offset = (int32_t)offset;
    return true;
}

static bool read_changes(const struct block *block, struct arena *arena, struct zone *zone)
{
    zone->change_count = block->changes;
    zone->change_at = arena_array(arena, int64_t, block->changes);
    zone->offset_from = arena_array(arena, int32_t, block->changes);
    for (size_t i = 0; i < block->changes; i++) {
        zone->change_at[i] = read_big_endian(block->data + i * 8, 8);
        unsigned char type = (unsigned char)block->data[block->indexes_at + i];
        if ((i > 0 && zone->change_at[i] <= zone->change_at[i - 1]) ||
            !read_offset(block, type, &zone->offset_from[i]))
            return false;
    }
    return true;
}

/* RFC 8536: a block with 32-bit times for old readers, which is skipped, one with 64-bit times, and the
 * footer. */
static bool read_tzif(struct str data, struct arena *arena, struct zone *zone)
{
    struct block block;
    if (!take_block(&data, 4, &block) || !take_block(&data, 8, &block))
        return false;
    if (block.leaps > 0 || !read_offset(&block, 0, &zone->first_offset) || !read_changes(&block, arena, zone))
        return false;
    if (data.len < 2 || data.data[0] != '\n')
        return false;
    data = (struct str){data.data + 1, data.len - 1};
    struct str footer = str_cut(&data, '\n');
    zone->has_rule = footer.len > 0;
    return data.data && (!zone->has_rule || zone_rule_parse(footer, &zone->rule));
}

static size_t list_of(struct str name)
{
    uint32_t hash = 2166136261u; /* FNV-1a */
    for (size_t i = 0; i < name.len; i++)
        hash = (hash ^ (unsigned char)name.data[i]) * 16777619u;
    return (hash ^ hash >> 16) % (sizeof registry / sizeof registry[0]);
}

static const struct zone *find_loaded(size_t list, struct str name)
{
    const struct zone *zone = atomic_load_explicit(&registry[list], memory_order_acquire);
    while (zone && !str_eq(zone->name, name))
        zone = zone->next;
    return zone;
}

/* With registry_lock held; what `zone` points to is copied. */
static const struct zone *add_zone(size_t list, const struct zone *zone)
{
    struct arena *arena = &registry_arena;
    struct zone *added = arena_copy(arena, zone, sizeof *zone);
    added->name = str_copy(arena, zone->name);
    added->change_at = arena_copy(arena, zone->change_at, zone->change_count * sizeof *zone->change_at);
    added->offset_from = arena_copy(arena, zone->offset_from, zone->change_count * sizeof *zone->offset_from);
    added->next = atomic_load_explicit(&registry[list], memory_order_relaxed);
    atomic_store_explicit(&registry[list], added, memory_order_release);
    return added;
}

const struct zone *zone_find(struct str name)
{
    if (!is_zone_name(name))
        return NULL;
    size_t list = list_of(name);
    const struct zone *zone = find_loaded(list, name);
    if (zone)
        return zone;
    struct arena scratch = {0};
    struct str data;
    struct zone found = {.name = name};
    if (read_zone_file(name, &scratch, &data) && read_tzif(data, &scratch, &found)) {
        pthread_mutex_lock(&registry_lock);
        zone = find_loaded(list, name); /* another thread was quicker */
        if (!zone)
            zone = add_zone(list, &found);
        pthread_mutex_unlock(&registry_lock);
    }
    arena_free(&scratch);
    return zone;
}

static int offset_at(const struct zone *zone, int64_t utc_seconds)
{
    size_t low = 0, high = zone->change_count; /* the count of changes up to then lies in low…high */
    if (high > 0 && utc_seconds >= zone->change_at[high - 1])
        low = high;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (zone->change_at[middle] <= utc_seconds)
            low = middle + 1;
        else
            high = middle;
    }
    if (low == zone->change_count && zone->has_rule)
        return zone_rule_offset(&zone->rule, utc_seconds);
    return low == 0 ? zone->first_offset : zone->offset_from[low - 1];
}

struct local_time zone_local(const struct zone *zone, int64_t ms)
{
    int64_t utc = ms / 1000 - (ms % 1000 < 0);
    int offset = offset_at(zone, utc);
    int64_t local = utc + offset;
    int64_t days = local / DAY_SECONDS - (local % DAY_SECONDS < 0);
    int second = (int)(local - days * DAY_SECONDS);
    return (struct local_time){.date = date_of_days(days),
                               .hour = second / 3600,
                               .minute = second / 60 % 60,
                               .second = second % 60,
                               .offset_seconds = offset};
}

int64_t zone_day_start(const struct zone *zone, int32_t date)
{
    int64_t midnight = date_to_days(date) * DAY_SECONDS; /* as local time */
    int64_t low = midnight - OFFSET_MAX_SECONDS, high = midnight + OFFSET_MAX_SECONDS;
    int offset = offset_at(zone, low);
    if (offset_at(zone, midnight - offset) == offset)
        return (midnight - offset) * 1000;
    /* The offset changes in between, and midnight may fall into the gap: the first instant at or after it. */
    while (low < high) {
        int64_t middle = low + (high - low) / 2;
        if (middle + offset_at(zone, middle) >= midnight)
            high = middle;
        else
            low = middle + 1;
    }
    return high * 1000;
}
