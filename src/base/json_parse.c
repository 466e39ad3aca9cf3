/* The JSON parser: RFC 8259 and nothing more, without recursion, into one flat array (json_internal.h).
 *
 * Numbers stay text, so that no value ever passes through a double. Duplicate keys are refused: two readers
 * of the same sale must not see two amounts. */
#include "base/check.h"
#include "base/json_internal.h"

#define TEXT_MAX (UINT32_C(1) << 30)
#define KEYS_COMPARED_ALL 16 /* with more members than that the keys are sorted */

struct frame {
    uint32_t node; /* the open array or object */
    uint32_t key;  /* an object's last key */
};

struct parser {
    struct json_doc *doc;
    char *at, *end; /* *end is NUL */
    struct frame frames[JSON_DEPTH_MAX];
    int depth;
    const char *wrong;        /* what `at` stumbled over */
    struct str duplicate_key; /* or this, in frames[depth - 1] */
};

/* ---- Nodes ---- */

static uint32_t add_node(struct json_doc *doc, enum json_kind kind)
{
    if (doc->count == doc->cap) {
        doc->cap *= 2;
        doc->nodes = realloc(doc->nodes, doc->cap * sizeof *doc->nodes);
        check(doc->nodes != NULL);
    }
    uint32_t index = doc->count++;
    doc->nodes[index] = (struct json_node){.kind = kind, .next = index + 1};
    return index;
}

static bool fail(struct parser *p, const char *wrong)
{
    p->wrong = wrong;
    return false;
}

static void skip_space(struct parser *p)
{
    while (*p->at == ' ' || *p->at == '\n' || *p->at == '\r' || *p->at == '\t')
        p->at++;
}

/* ---- Duplicate keys ---- */

static struct str key_text(const struct json_doc *doc, uint32_t key)
{
    return json_node_text(doc, &doc->nodes[key]);
}

static int compare_keys(const void *a, const void *b, void *arg)
{
    const struct json_doc *doc = arg;
    return str_compare(key_text(doc, *(const uint32_t *)a), key_text(doc, *(const uint32_t *)b));
}

static bool find_duplicate_sorted(struct json_doc *doc, const uint32_t *keys, uint32_t count,
                                  struct str *ret_key)
{
    for (uint32_t i = 1; i < count; i++) {
        if (str_eq(key_text(doc, keys[i - 1]), key_text(doc, keys[i]))) {
            *ret_key = key_text(doc, keys[i]);
            return true;
        }
    }
    return false;
}

static bool find_duplicate_few(struct json_doc *doc, const uint32_t *keys, uint32_t count,
                               struct str *ret_key)
{
    for (uint32_t i = 1; i < count; i++) {
        struct str key = key_text(doc, keys[i]);
        for (uint32_t j = 0; j < i; j++) {
            const struct json_node *other = &doc->nodes[keys[j]];
            if (other->count == key.len && memcmp(doc->text + other->start, key.data, key.len) == 0) {
                *ret_key = key;
                return true;
            }
        }
    }
    return false;
}

static bool find_duplicate(struct json_doc *doc, uint32_t object, struct str *ret_key)
{
    uint32_t count = doc->nodes[object].count;
    uint32_t few[KEYS_COMPARED_ALL], *keys = few;
    if (count > KEYS_COMPARED_ALL)
        keys = malloc(count * sizeof *keys);
    check(keys != NULL);
    uint32_t key = object + 1;
    for (uint32_t i = 0; i < count; i++) {
        keys[i] = key;
        key = doc->nodes[key + 1].next;
    }
    if (keys == few)
        return find_duplicate_few(doc, keys, count, ret_key);
    qsort_r(keys, count, sizeof *keys, compare_keys, doc);
    bool found = find_duplicate_sorted(doc, keys, count, ret_key);
    free(keys);
    return found;
}

/* ---- Values ---- */

static bool read_string(struct parser *p)
{
    if (*p->at != '"')
        return fail(p, "expected a string in double quotes");
    uint32_t index = add_node(p->doc, JSON_KIND_STRING);
    struct json_node *node = &p->doc->nodes[index];
    p->at++;
    node->start = (uint32_t)(p->at - p->doc->text);
    const char *wrong = json_scan_string(&p->at, p->end, &node->count);
    return wrong ? fail(p, wrong) : true;
}

static bool read_number(struct parser *p)
{
    uint32_t index = add_node(p->doc, JSON_KIND_NUMBER);
    struct json_node *node = &p->doc->nodes[index];
    const char *start = p->at, *wrong = json_scan_number(&p->at);
    node->start = (uint32_t)(start - p->doc->text);
    node->count = (uint32_t)(p->at - start);
    return wrong ? fail(p, wrong) : true;
}

static bool read_word(struct parser *p, const char *word, enum json_kind kind)
{
    size_t len = strlen(word);
    if (strncmp(p->at, word, len) != 0)
        return fail(p, "expected a value");
    p->at += len;
    add_node(p->doc, kind);
    return true;
}

/* Key and colon of the next member of the innermost object. */
static bool read_key(struct parser *p)
{
    struct frame *frame = &p->frames[p->depth - 1];
    frame->key = p->doc->count;
    skip_space(p);
    if (!read_string(p))
        return false;
    skip_space(p);
    if (*p->at != ':')
        return fail(p, "expected ':'");
    p->at++;
    p->doc->nodes[frame->node].count++;
    return true;
}

/* An array or object begins; `*ret_open` when there is something in it to read. */
static bool open_container(struct parser *p, bool *ret_open)
{
    bool object = *p->at == '{';
    if (p->depth == JSON_DEPTH_MAX)
        return fail(p, "nested too deep");
    uint32_t node = add_node(p->doc, object ? JSON_KIND_OBJECT : JSON_KIND_ARRAY);
    p->at++;
    skip_space(p);
    *ret_open = *p->at != (object ? '}' : ']');
    if (!*ret_open) {
        p->at++;
        return true;
    }
    p->frames[p->depth++] = (struct frame){.node = node};
    if (object)
        return read_key(p);
    p->doc->nodes[node].count = 1;
    return true;
}

/* A scalar or the begin of a container; `*ret_open` as above. */
static bool read_value(struct parser *p, bool *ret_open)
{
    *ret_open = false;
    skip_space(p);
    switch (*p->at) {
    case '{':
    case '[':
        return open_container(p, ret_open);
    case '"':
        return read_string(p);
    case 't':
        return read_word(p, "true", JSON_KIND_TRUE);
    case 'f':
        return read_word(p, "false", JSON_KIND_FALSE);
    case 'n':
        return read_word(p, "null", JSON_KIND_NULL);
    case '-':
    case '0' ... '9':
        return read_number(p);
    default:
        return fail(p, p->at == p->end ? "the text ends too early" : "expected a value");
    }
}

/* Behind a value: closes what ends here; `*ret_more` when another value must follow. */
static bool read_rest(struct parser *p, bool *ret_more)
{
    *ret_more = false;
    while (p->depth > 0) {
        struct frame *frame = &p->frames[p->depth - 1];
        struct json_node *node = &p->doc->nodes[frame->node];
        bool object = node->kind == JSON_KIND_OBJECT;
        skip_space(p);
        if (*p->at == ',') {
            p->at++;
            *ret_more = true;
            if (object)
                return read_key(p);
            node->count++;
            return true;
        }
        if (*p->at != (object ? '}' : ']'))
            return fail(p, p->at == p->end ? "the text ends too early"
                           : object        ? "expected ',' or '}'"
                                           : "expected ',' or ']'");
        p->at++;
        node->next = p->doc->count;
        if (object && find_duplicate(p->doc, frame->node, &p->duplicate_key))
            return false;
        p->depth--;
    }
    return true;
}

static bool read_document(struct parser *p)
{
    bool more = true;
    while (more) {
        bool open;
        if (!read_value(p, &open))
            return false;
        if (!open && !read_rest(p, &more))
            return false;
    }
    skip_space(p);
    return p->at == p->end || fail(p, "there is more behind the value");
}

/* ---- Faults ---- */

static void add_duplicate_error(struct parser *p, struct json_errors *errors)
{
    struct arena *arena = errors->arena;
    struct str path = STR_NONE;
    for (int i = 0; i < p->depth; i++) {
        const struct json_node *node = &p->doc->nodes[p->frames[i].node];
        bool object = node->kind == JSON_KIND_OBJECT;
        struct str name = i == p->depth - 1 ? p->duplicate_key
                          : object          ? key_text(p->doc, p->frames[i].key)
                                            : STR_NONE;
        path = json_path(arena, path, json_key_shown(arena, name), object ? JSON_NO_INDEX : node->count - 1);
    }
    json_error_add(errors, str_to_cstr(arena, path), "is there twice");
}

static void add_syntax_error(struct parser *p, struct str text, struct json_errors *errors)
{
    size_t offset = (size_t)(p->at - p->doc->text), line = 1, column = 1;
    for (size_t i = 0; i < offset; i++) {
        column += ((unsigned char)text.data[i] & 0xC0) != 0x80;
        if (text.data[i] == '\n') {
            line++;
            column = 1;
        }
    }
    json_error_add(errors, "", "is not valid JSON: %s at line %zu, column %zu", p->wrong, line, column);
}

/* ---- Public ---- */

struct json_doc *json_parse(struct str text, struct json_errors *errors)
{
    if (text.len > TEXT_MAX) {
        json_error_add(errors, "", "is too large");
        return NULL;
    }
    struct json_doc *doc = malloc(sizeof *doc + text.len + 1);
    check(doc != NULL);
    *doc = (struct json_doc){.cap = (uint32_t)(text.len / 8 + 16), .len = (uint32_t)text.len};
    doc->nodes = malloc(doc->cap * sizeof *doc->nodes);
    check(doc->nodes != NULL);
    if (text.len > 0)
        memcpy(doc->text, text.data, text.len);
    doc->text[text.len] = '\0';

    struct parser parser;
    parser.doc = doc;
    parser.at = doc->text;
    parser.end = doc->text + text.len;
    parser.depth = 0;
    parser.wrong = NULL;
    parser.duplicate_key = STR_NONE;
    if (read_document(&parser))
        return doc;
    if (parser.duplicate_key.data)
        add_duplicate_error(&parser, errors);
    else
        add_syntax_error(&parser, text, errors);
    json_doc_free(doc);
    return NULL;
}

void json_doc_free(struct json_doc *doc)
{
    if (doc == NULL)
        return;
    free(doc->nodes);
    free(doc);
}
