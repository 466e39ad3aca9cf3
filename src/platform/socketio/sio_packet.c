/* The packet's head is taken from the left, then its JSON is checked against what its type asks for. */
#include "platform/socketio/sio_packet.h"

#include "platform/socketio/sio_json.h"

static bool is_binary(enum sio_type type) { return type == SIO_BINARY_EVENT || type == SIO_BINARY_ACK; }

/* Names that mean something else to the client's library. */
static bool is_reserved(struct str name)
{
    static const struct str RESERVED[] = {
        STR_INIT("\"connect\""),       STR_INIT("\"connect_error\""), STR_INIT("\"disconnect\""),
        STR_INIT("\"disconnecting\""), STR_INIT("\"newListener\""),   STR_INIT("\"removeListener\""),
    };
    for (size_t i = 0; i < sizeof RESERVED / sizeof *RESERVED; i++) {
        if (str_eq(name, RESERVED[i]))
            return true;
    }
    return false;
}

static size_t digits(struct str text)
{
    size_t count = 0;
    while (count < text.len && text.data[count] >= '0' && text.data[count] <= '9')
        count++;
    return count;
}

static struct str skip(struct str text, size_t count)
{
    return (struct str){text.data + count, text.len - count};
}

/* A number of at most `max`; no digits: `absent`. */
static bool take_count(struct str *rest, int64_t max, int64_t absent, int64_t *ret_value)
{
    size_t count = digits(*rest);
    struct str number = {rest->data, count};
    *rest = skip(*rest, count);
    *ret_value = absent;
    return count == 0 || (str_parse_int(number, ret_value) && *ret_value <= max);
}

static const char *take_attachments(struct str *rest, struct sio_packet *packet)
{
    int64_t count;
    if (!take_count(rest, SIO_PACKET_ATTACHMENTS_MAX, 0, &count))
        return "too many attachments";
    if (count == 0 || rest->len == 0 || rest->data[0] != '-')
        return "illegal attachments";
    *rest = skip(*rest, 1);
    packet->attachments = (size_t)count;
    return NULL;
}

static const char *take_nsp(struct str *rest, struct sio_packet *packet)
{
    packet->nsp = STR("/");
    if (rest->len == 0 || rest->data[0] != '/')
        return NULL;
    packet->nsp = str_cut(rest, ',');
    if (!rest->data)
        *rest = STR("");
    return packet->nsp.len <= SIO_PACKET_NSP_MAX && str_is_utf8(packet->nsp) ? NULL : "illegal namespace";
}

static const char *check_event(struct sio_packet *packet)
{
    if (!packet->json.data || packet->json.data[0] != '[')
        return "an event is an array";
    packet->args = sio_json_inside(packet->json);
    packet->name = sio_json_cut(&packet->args);
    if (packet->args.len == 0)
        packet->args = STR("");
    char first = packet->name.len > 0 ? packet->name.data[0] : 'n';
    bool is_number = first == '-' || (first >= '0' && first <= '9');
    if (first != '"' && !is_number)
        return "an event has no name";
    return is_reserved(packet->name) ? "a reserved name" : NULL;
}

static const char *check_payload(struct sio_packet *packet)
{
    char first = packet->json.data ? packet->json.data[0] : '\0';
    bool is_bare = packet->id == SIO_ID_NONE;
    switch (packet->type) {
    case SIO_CONNECT:
        return is_bare && (first == '\0' || first == '{') ? NULL : "a connect takes an object";
    case SIO_DISCONNECT:
        return is_bare && first == '\0' ? NULL : "a disconnect takes nothing";
    case SIO_EVENT:
    case SIO_BINARY_EVENT:
        return check_event(packet);
    case SIO_ACK:
    case SIO_BINARY_ACK:
        return first == '\0' || first == '[' ? NULL : "an acknowledgement is an array";
    default:
        return "only a server refuses";
    }
}

const char *sio_packet_decode(struct str text, struct sio_packet *ret_packet)
{
    if (text.len == 0 || text.data[0] < '0' || text.data[0] > '0' + SIO_BINARY_ACK)
        return "unknown packet type";
    struct sio_packet packet = {.type = (enum sio_type)(text.data[0] - '0')};
    struct str rest = skip(text, 1);
    const char *wrong = is_binary(packet.type) ? take_attachments(&rest, &packet) : NULL;
    if (!wrong)
        wrong = take_nsp(&rest, &packet);
    if (wrong)
        return wrong;
    if (!take_count(&rest, SIO_ID_MAX, SIO_ID_NONE, &packet.id))
        return "illegal id";
    if (rest.len > 0) {
        if (!sio_json_check(rest, packet.attachments))
            return packet.attachments > 0 ? "malformed JSON or placeholder" : "malformed JSON";
        packet.json = sio_json_trim(rest);
    }
    wrong = check_payload(&packet);
    if (!wrong)
        *ret_packet = packet;
    return wrong;
}

static struct str printed(const char *text, int len) { return (struct str){text, (size_t)len}; }

void sio_packet_encode(const struct sio_packet *packet, struct sio_packet_space *space,
                       struct str ret_parts[SIO_PACKET_PARTS])
{
    int type = (int)packet->type;
    ret_parts[0] = is_binary(packet->type)
                       ? printed(space->before, snprintf(space->before, sizeof space->before, "%d%u-", type,
                                                         (unsigned)packet->attachments & 0xFFU))
                       : printed(space->before, snprintf(space->before, sizeof space->before, "%d", type));
    bool is_root = str_eq(packet->nsp, STR("/"));
    ret_parts[1] = is_root ? STR("") : packet->nsp;
    const char *comma = is_root ? "" : ",";
    ret_parts[2] = packet->id == SIO_ID_NONE
                       ? str_of(comma)
                       : printed(space->behind, snprintf(space->behind, sizeof space->behind, "%s%lld", comma,
                                                         (long long)packet->id));
    ret_parts[3] = packet->json.data ? packet->json : STR("");
}
