/* A receipt as a document of its own: for a screen in light or dark, for receipt paper and for A4. It asks
 * nothing of the network and runs nothing. */
#include "domain/receipt_internal.h"

/* On paper it is black on white whatever the screen shows; a receipt printer has no grey. The page margin is
 * above and below only: drivers call the printable part of the paper (48 of 58 mm, 72 of 80) a page, or all
 * of it. */
static const char STYLE[] =
    ":root{color-scheme:light dark;--desk:#e8eaed;--paper:#fff;--ink:#16181d;--faint:#5b616e;--line:#9aa0ac;"
    "--mark:#b3261e}\n"
    "@media screen and (prefers-color-scheme:dark){:root{--desk:#101114;--paper:#1d1f24;--ink:#eceef2;"
    "--faint:#a3a9b6;--line:#5a606c;--mark:#ff8a80}}\n"
    "*{box-sizing:border-box}\n"
    "body{margin:0;padding:24px 12px;background:var(--desk);color:var(--ink);"
    "font:14px/1.45 system-ui,-apple-system,'Segoe UI',Roboto,'Noto Sans',Arial,sans-serif;"
    "font-variant-numeric:tabular-nums}\n"
    "main{max-width:100%;margin:0 auto;padding:24px 20px;background:var(--paper);border-radius:6px;"
    "box-shadow:0 1px 3px rgba(0,0,0,.25);overflow-wrap:anywhere}\n"
    ".mm58{width:300px}.mm80{width:380px}\n"
    "header,footer,.mark{text-align:center}\n"
    "h1{margin:0;font-size:1.45em;line-height:1.2}\n"
    "p{margin:.15em 0}\n"
    ".outlet{font-weight:600}.faint,small{color:var(--faint)}small{display:block;font-size:.9em}\n"
    ".text{white-space:pre-line}.note{margin-top:.6em}\n"
    ".mark{margin:.9em 0 0;padding:.2em;border:2px solid var(--mark);color:var(--mark);font-weight:700;"
    "font-size:1.15em;letter-spacing:.08em}\n"
    "dl,table{width:100%;margin:.9em 0 0;padding:.7em 0 0;border-top:1px dashed var(--line)}\n"
    "dl div{display:flex;justify-content:space-between;gap:1em;padding:.1em 0}\n"
    "dt{flex:none;color:var(--faint)}dd{margin:0;text-align:right}\n"
    "table{border-spacing:0}th,td{padding:.15em 0;text-align:left;vertical-align:top;font-weight:400}\n"
    "td:last-child{padding-left:1em;text-align:right;white-space:nowrap;overflow-wrap:normal}\n"
    ".item th,.item td{padding-top:.45em}.item:first-child th,.item:first-child td{padding-top:0}\n"
    ".item b{font-weight:600}.off th{padding-left:1em;color:var(--faint)}\n"
    ".total{margin:.4em 0 0;padding:.4em 0 0;border-top-style:solid;font-size:1.35em;line-height:1.2}\n"
    ".total th,.total td{font-weight:700}\n"
    ".strong th,.strong td{font-weight:600}\n"
    "footer{margin-top:.9em;padding-top:.9em;border-top:1px dashed var(--line)}\n"
    "@page{margin:5mm 0}\n"
    "@media print{:root{color-scheme:light;--desk:#fff;--paper:#fff;--ink:#000;--faint:#000;--line:#000;"
    "--mark:#000}\n"
    "body{padding:0;font-size:9.5pt}main{padding:0 1mm;border-radius:0;box-shadow:none}\n"
    ".mm58{width:48mm;font-size:8pt}.mm80{width:72mm}tr,.mark,dl{break-inside:avoid}}\n"
    "@media print and (min-width:120mm){.mm58,.mm80{width:120mm;padding-top:10mm;font-size:11pt}}\n";

/* ---- Text ---- */

static void put_text(struct buf *out, struct str text)
{
    struct str clean = receipt_clean(out->arena, text, RECEIPT_UTF8);
    for (size_t i = 0; i < clean.len; i++) {
        char c = clean.data[i];
        if (c == '&')
            buf_put(out, STR("&amp;"));
        else if (c == '<')
            buf_put(out, STR("&lt;"));
        else if (c == '>')
            buf_put(out, STR("&gt;"));
        else if (c == '"')
            buf_put(out, STR("&quot;"));
        else
            buf_put_char(out, c);
    }
}

/* Line ends stay: the style shows them. */
static void put_lines(struct buf *out, struct str text)
{
    struct str rest = str_trim(text);
    while (rest.data) {
        put_text(out, str_trim(str_cut(&rest, '\n')));
        if (rest.data)
            buf_put_char(out, '\n');
    }
}

static void put_paragraph(struct buf *out, const char *class, struct str before, struct str text)
{
    if (text.len == 0)
        return;
    buf_format(out, "<p class=\"%s\">", class);
    if (before.len > 0) {
        buf_put(out, before);
        buf_put_char(out, ' ');
    }
    put_lines(out, text);
    buf_put(out, STR("</p>\n"));
}

static void put_row(struct buf *out, const char *class, struct str label, struct str value)
{
    buf_format(out, "<tr class=\"%s\"><th scope=\"row\">", class);
    put_text(out, label);
    buf_put(out, STR("</th><td>"));
    put_text(out, value);
    buf_put(out, STR("</td></tr>\n"));
}

/* ---- Parts ---- */

static void put_seller(struct buf *out, const struct receipt *receipt)
{
    buf_put(out, STR("<header>\n<h1>"));
    put_text(out, receipt->business_name);
    buf_put(out, STR("</h1>\n"));
    if (!str_eq(receipt->outlet_name, receipt->business_name))
        put_paragraph(out, "outlet", STR_NONE, receipt->outlet_name);
    put_paragraph(out, "faint text", STR_NONE, receipt->address);
    put_paragraph(out, "faint", receipt_label(receipt, LABEL_PHONE), receipt->phone);
    put_paragraph(out, "faint", receipt_label(receipt, LABEL_TAX_NUMBER), receipt->tax_number);
    put_paragraph(out, "text note", STR_NONE, receipt->header);
    buf_put(out, STR("</header>\n"));
}

static void put_marks(struct buf *out, const struct receipt *receipt)
{
    struct str marks[RECEIPT_MARKS_MAX];
    size_t count = receipt_marks(out->arena, receipt, marks);
    for (size_t i = 0; i < count; i++)
        put_paragraph(out, "mark", STR_NONE, marks[i]);
}

static void put_facts(struct buf *out, const struct receipt *receipt)
{
    struct receipt_fact facts[RECEIPT_FACTS_MAX];
    size_t count = receipt_facts(out->arena, receipt, facts);
    buf_put(out, STR("<dl>\n"));
    for (size_t i = 0; i < count; i++) {
        buf_put(out, STR("<div><dt>"));
        put_text(out, facts[i].label);
        buf_put(out, STR("</dt><dd>"));
        put_text(out, facts[i].value);
        buf_put(out, STR("</dd></div>\n"));
    }
    buf_put(out, STR("</dl>\n"));
}

static void put_small(struct buf *out, struct str before, struct str text)
{
    if (text.len == 0)
        return;
    buf_put(out, STR("<small>"));
    if (before.len > 0) {
        buf_put(out, before);
        buf_put_char(out, ' ');
    }
    put_text(out, text);
    buf_put(out, STR("</small>"));
}

static void put_discounts(struct buf *out, const char *class, const struct receipt *receipt,
                          const struct receipt_discount *discounts, size_t count)
{
    for (size_t i = 0; i < count; i++)
        put_row(out, class, receipt_discount_text(out->arena, receipt, &discounts[i]),
                receipt_amount(out->arena, receipt, -discounts[i].amount_minor));
}

static void put_line(struct buf *out, const struct receipt *receipt, const struct receipt_line *line)
{
    buf_put(out, STR("<tr class=\"item\"><th scope=\"row\"><b>"));
    put_text(out, receipt_name(out->arena, line));
    buf_put(out, STR("</b>"));
    for (size_t i = 0; i < line->modifiers.count; i++)
        put_small(out, STR("+"), receipt_modifier_text(out->arena, receipt, &line->modifiers.at[i]));
    put_small(out, STR("*"), line->notes);
    put_small(out, STR_NONE, receipt_count(out->arena, receipt, line));
    buf_put(out, STR("</th><td>"));
    put_text(out, receipt_amount(out->arena, receipt, line->total_minor));
    buf_put(out, STR("</td></tr>\n"));
    put_discounts(out, "off", receipt, line->discounts.at, line->discounts.count);
}

static void put_charges(struct buf *out, const struct receipt *receipt)
{
    if (receipt->service_charge_minor != 0)
        put_row(out, "", receipt_service_charge(out->arena, receipt),
                receipt_amount(out->arena, receipt, receipt->service_charge_minor));
    if (receipt->tax_minor != 0)
        put_row(out, "", receipt_tax(out->arena, receipt),
                receipt_amount(out->arena, receipt, receipt->tax_minor));
}

static void put_totals(struct buf *out, const struct receipt *receipt)
{
    if (receipt_has_parts(receipt)) {
        buf_put(out, STR("<table>\n"));
        put_row(out, "", receipt_label(receipt, LABEL_SUBTOTAL),
                receipt_amount(out->arena, receipt, receipt->subtotal_minor));
        put_discounts(out, "", receipt, receipt->discounts.at, receipt->discounts.count);
        if (!receipt->prices_include_tax)
            put_charges(out, receipt);
        if (receipt->rounding_minor != 0)
            put_row(out, "", receipt_label(receipt, LABEL_ROUNDING),
                    receipt_amount(out->arena, receipt, receipt->rounding_minor));
        buf_put(out, STR("</table>\n"));
    }
    /* A table of its own: its wide column would squeeze the labels above. */
    buf_put(out, STR("<table class=\"total\">\n"));
    put_row(out, "", receipt_label(receipt, LABEL_TOTAL),
            receipt_money(out->arena, receipt, receipt->grand_total_minor));
    buf_put(out, STR("</table>\n"));
}

static void put_payments(struct buf *out, const struct receipt *receipt)
{
    if (receipt->payments.count == 0)
        return;
    buf_put(out, STR("<table>\n"));
    for (size_t i = 0; i < receipt->payments.count; i++) {
        const struct receipt_payment *payment = &receipt->payments.at[i];
        buf_put(out, STR("<tr><th scope=\"row\">"));
        put_text(out, receipt_method(receipt, payment->method));
        if (payment->reference.len > 0)
            put_small(out, receipt_label(receipt, LABEL_REFERENCE), payment->reference);
        buf_put(out, STR("</th><td>"));
        put_text(out, receipt_amount(out->arena, receipt, payment->amount_minor));
        buf_put(out, STR("</td></tr>\n"));
    }
    if (receipt->change_minor != 0)
        put_row(out, "strong", receipt_label(receipt, LABEL_CHANGE),
                receipt_amount(out->arena, receipt, receipt->change_minor));
    buf_put(out, STR("</table>\n"));
}

static void put_included(struct buf *out, const struct receipt *receipt)
{
    if (!receipt_includes_charges(receipt))
        return;
    buf_put(out, STR("<table class=\"faint\">\n<tr><th colspan=\"2\">"));
    buf_put(out, receipt_label(receipt, LABEL_INCLUDED));
    buf_put(out, STR("</th></tr>\n"));
    put_charges(out, receipt);
    buf_put(out, STR("</table>\n"));
}

void receipt_html(struct buf *out, const struct receipt *receipt, int paper_mm)
{
    struct str footer = receipt->footer.len > 0 ? receipt->footer : receipt_label(receipt, LABEL_THANKS);
    buf_format(out, "<!doctype html>\n<html lang=\"%s\">\n<head>\n<meta charset=\"utf-8\">\n",
               receipt->language == RECEIPT_ID ? "id" : "en");
    buf_put(out, STR("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
                     "<meta name=\"robots\" content=\"noindex\">\n<title>"));
    buf_put(out, receipt_label(receipt, LABEL_RECEIPT));
    buf_put_char(out, ' ');
    put_text(out, receipt->number);
    buf_format(out, "</title>\n<style>\n%s</style>\n</head>\n<body>\n<main class=\"mm%d\">\n", STYLE,
               paper_mm == 58 ? 58 : 80);
    put_seller(out, receipt);
    put_marks(out, receipt);
    put_facts(out, receipt);
    buf_put(out, STR("<table>\n"));
    for (size_t i = 0; i < receipt->lines.count; i++)
        put_line(out, receipt, &receipt->lines.at[i]);
    buf_put(out, STR("</table>\n"));
    put_totals(out, receipt);
    put_payments(out, receipt);
    put_included(out, receipt);
    buf_put(out, STR("<footer>\n"));
    put_paragraph(out, "text", STR_NONE, footer);
    buf_put(out, STR("</footer>\n</main>\n</body>\n</html>\n"));
}
