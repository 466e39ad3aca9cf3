/* Receipts as documents: complete, escaped, and asking nothing of the network. */
#include "receipt_fixture.h"
#include "test.h"

#define SEEDS 300
#define HTML_MAX ((size_t)8 * 1024 * 1024)

static struct str html_of(const struct receipt *receipt, int paper_mm)
{
    struct buf out = buf_make(test_arena(), 4096, HTML_MAX);
    receipt_html(&out, receipt, paper_mm);
    expect(!out.overflowed);
    return buf_str(&out);
}

static bool has(struct str text, const char *part)
{
    return memmem(text.data, text.len, part, strlen(part)) != NULL;
}

TEST(html_says_it_all)
{
    static const char *const parts[] = {
        "<html lang=\"id\">",
        "<title>Struk OUT1-20260206-0001</title>",
        "<main class=\"mm80\">",
        "<h1>Kopi Senja</h1>",
        "NPWP 01.234.567.8-901.000",
        "Buka tiap hari\n07.00 - 22.00",
        "<dt>Tanggal</dt><dd>06 Feb 2026 14:03</dd>",
        "<b>Kopi Susu Gula Aren (Besar)</b>",
        "<small>+ 2 x Shot @5.000</small>",
        "<small>2 x 44.000</small></th><td>88.000</td>",
        "Diskon 10% (Member)</th><td>-8.800</td>",
        "Subtotal</th><td>129.200</td>",
        "Layanan 5%</th><td>5.960</td>",
        "Pajak 10%</th><td>12.516</td>",
        "Pembulatan</th><td>24</td>",
        "TOTAL</th><td>Rp137.700</td>",
        "QRIS<small>Ref. QR-77120</small></th><td>100.000</td>",
        "Kembali</th><td>12.300</td>",
        "Terima kasih, sampai jumpa!",
    };
    struct receipt receipt = receipt_of_cafe();
    struct str html = html_of(&receipt, 80);
    for (size_t i = 0; i < COUNT_OF(parts); i++) {
        test_note("%s", parts[i]);
        expect(has(html, parts[i]));
    }
    expect(!has(html, "class=\"mark\""));
    expect(!has(html, "http:") && !has(html, "https:") && !has(html, "url(") && !has(html, "<script"));
}

TEST(html_marks_and_languages)
{
    struct receipt receipt = receipt_of_cafe();
    receipt.language = RECEIPT_EN;
    receipt.copy = 1;
    receipt.prices_include_tax = true;
    struct str html = html_of(&receipt, 58);
    expect(has(html, "<html lang=\"en\">"));
    expect(has(html, "<main class=\"mm58\">"));
    expect(has(html, "<p class=\"mark\">COPY 1</p>"));
    expect(has(html, "Prices include:</th></tr>\n<tr class=\"\"><th scope=\"row\">Service 5%</th>"));
}

/* Every tag is one of ours, whatever the texts are. */
static bool is_sound(struct str html)
{
    static const struct str tags[] = {
        STR_INIT("!doctype html>"),
        STR_INIT("html lang=\"id\">"),
        STR_INIT("html lang=\"en\">"),
        STR_INIT("/html>"),
        STR_INIT("head>"),
        STR_INIT("/head>"),
        STR_INIT("meta "),
        STR_INIT("title>"),
        STR_INIT("/title>"),
        STR_INIT("style>"),
        STR_INIT("/style>"),
        STR_INIT("body>"),
        STR_INIT("/body>"),
        STR_INIT("main class=\"mm"),
        STR_INIT("/main>"),
        STR_INIT("header>"),
        STR_INIT("/header>"),
        STR_INIT("h1>"),
        STR_INIT("/h1>"),
        STR_INIT("p class=\""),
        STR_INIT("/p>"),
        STR_INIT("dl>"),
        STR_INIT("/dl>"),
        STR_INIT("div>"),
        STR_INIT("/div>"),
        STR_INIT("dt>"),
        STR_INIT("/dt>"),
        STR_INIT("dd>"),
        STR_INIT("/dd>"),
        STR_INIT("table>"),
        STR_INIT("table class=\""),
        STR_INIT("/table>"),
        STR_INIT("tr>"),
        STR_INIT("tr class=\""),
        STR_INIT("/tr>"),
        STR_INIT("th scope=\"row\">"),
        STR_INIT("th colspan=\"2\">"),
        STR_INIT("/th>"),
        STR_INIT("td>"),
        STR_INIT("/td>"),
        STR_INIT("b>"),
        STR_INIT("/b>"),
        STR_INIT("small>"),
        STR_INIT("/small>"),
        STR_INIT("footer>"),
        STR_INIT("/footer>"),
    };
    for (size_t at = 0; at < html.len; at++) {
        struct str rest = {html.data + at + 1, html.len - at - 1};
        unsigned char byte = (unsigned char)html.data[at];
        if ((byte < ' ' && byte != '\n') || byte == 0x7F)
            return false;
        if (byte != '<')
            continue;
        size_t i = 0;
        while (i < COUNT_OF(tags) && !str_starts_with(rest, tags[i]))
            i++;
        if (i == COUNT_OF(tags))
            return false;
    }
    return str_is_utf8(html);
}

TEST(html_of_anything_is_sound)
{
    for (uint64_t seed = 0; seed < SEEDS; seed++) {
        struct arena arena = {0};
        struct receipt receipt = receipt_of_chance(&arena, seed);
        struct buf out = buf_make(&arena, 4096, HTML_MAX);
        receipt_html(&out, &receipt, seed % 2 ? 58 : 80);
        test_note("seed %llu", (unsigned long long)seed);
        bool held = expect(!out.overflowed) && expect(is_sound(buf_str(&out)));
        arena_free(&arena);
        if (!held)
            return;
    }
}
