/* The whole receipt as rows of columns, for paper. */
#include "domain/receipt_internal.h"

#define LABEL_COLUMNS 11
#define INDENT 2
#define HANGING 4

static struct str label_of(const struct receipt *receipt, enum receipt_label label)
{
    return receipt_label(receipt, label);
}

static struct str labelled(struct arena *arena, struct str label, struct str text)
{
    return text.len > 0 ? str_format(arena, "%.*s %.*s", STR_ARG(label), STR_ARG(text)) : STR_NONE;
}

/* ---- The head ---- */

static void put_seller(struct receipt_page *page, const struct receipt *receipt)
{
    struct arena *arena = page->arena;
    layout_lines(page, receipt->business_name, STYLE_STRONG | STYLE_TALL);
    if (!str_eq(receipt->outlet_name, receipt->business_name))
        layout_lines(page, receipt->outlet_name, STYLE_STRONG);
    layout_lines(page, receipt->address, STYLE_PLAIN);
    layout_lines(page, labelled(arena, label_of(receipt, LABEL_PHONE), receipt->phone), STYLE_PLAIN);
    layout_lines(page, labelled(arena, label_of(receipt, LABEL_TAX_NUMBER), receipt->tax_number),
                 STYLE_PLAIN);
    layout_lines(page, receipt->header, STYLE_PLAIN);
    layout_rule(page, '-');
}

static void put_marks(struct receipt_page *page, const struct receipt *receipt)
{
    struct str marks[RECEIPT_MARKS_MAX];
    size_t count = receipt_marks(page->arena, receipt, marks);
    for (size_t i = 0; i < count; i++)
        layout_lines(page, str_format(page->arena, "*** %.*s ***", STR_ARG(marks[i])),
                     STYLE_STRONG | STYLE_TALL);
    if (count > 0)
        layout_rule(page, '-');
}

static void put_facts(struct receipt_page *page, const struct receipt *receipt)
{
    struct receipt_fact facts[RECEIPT_FACTS_MAX];
    size_t count = receipt_facts(page->arena, receipt, facts);
    for (size_t i = 0; i < count; i++)
        layout_fact(page, LABEL_COLUMNS, facts[i].label, facts[i].value);
    layout_rule(page, '-');
}

/* ---- The lines ---- */

static void put_discounts(struct receipt_page *page, size_t indent, const struct receipt *receipt,
                          const struct receipt_discount *discounts, size_t count)
{
    for (size_t i = 0; i < count; i++)
        layout_pair(page, indent, receipt_discount_text(page->arena, receipt, &discounts[i]),
                    receipt_amount(page->arena, receipt, -discounts[i].amount_minor), STYLE_PLAIN);
}

static void put_line(struct receipt_page *page, const struct receipt *receipt,
                     const struct receipt_line *line)
{
    struct arena *arena = page->arena;
    layout_text(page, 0, INDENT, receipt_name(arena, line), STYLE_PLAIN);
    for (size_t i = 0; i < line->modifiers.count; i++)
        layout_text(page, INDENT, HANGING,
                    labelled(arena, STR("+"), receipt_modifier_text(arena, receipt, &line->modifiers.at[i])),
                    STYLE_PLAIN);
    layout_text(page, INDENT, HANGING, labelled(arena, STR("*"), line->notes), STYLE_PLAIN);
    layout_pair(page, INDENT, receipt_count(arena, receipt, line),
                receipt_amount(arena, receipt, line->total_minor), STYLE_PLAIN);
    put_discounts(page, INDENT, receipt, line->discounts.at, line->discounts.count);
}

/* ---- The totals ---- */

static void put_charges(struct receipt_page *page, size_t indent, const struct receipt *receipt)
{
    struct arena *arena = page->arena;
    if (receipt->service_charge_minor != 0)
        layout_pair(page, indent, receipt_service_charge(arena, receipt),
                    receipt_amount(arena, receipt, receipt->service_charge_minor), STYLE_PLAIN);
    if (receipt->tax_minor != 0)
        layout_pair(page, indent, receipt_tax(arena, receipt),
                    receipt_amount(arena, receipt, receipt->tax_minor), STYLE_PLAIN);
}

static void put_totals(struct receipt_page *page, const struct receipt *receipt)
{
    struct arena *arena = page->arena;
    layout_rule(page, '-');
    if (receipt_has_parts(receipt))
        layout_pair(page, 0, label_of(receipt, LABEL_SUBTOTAL),
                    receipt_amount(arena, receipt, receipt->subtotal_minor), STYLE_PLAIN);
    put_discounts(page, 0, receipt, receipt->discounts.at, receipt->discounts.count);
    if (!receipt->prices_include_tax)
        put_charges(page, 0, receipt);
    if (receipt->rounding_minor != 0)
        layout_pair(page, 0, label_of(receipt, LABEL_ROUNDING),
                    receipt_amount(arena, receipt, receipt->rounding_minor), STYLE_PLAIN);
    layout_pair(page, 0, label_of(receipt, LABEL_TOTAL),
                receipt_money(arena, receipt, receipt->grand_total_minor), STYLE_STRONG | STYLE_TALL);
    layout_rule(page, '-');
}

static void put_payments(struct receipt_page *page, const struct receipt *receipt)
{
    struct arena *arena = page->arena;
    for (size_t i = 0; i < receipt->payments.count; i++) {
        const struct receipt_payment *payment = &receipt->payments.at[i];
        layout_pair(page, 0, receipt_method(receipt, payment->method),
                    receipt_amount(arena, receipt, payment->amount_minor), STYLE_PLAIN);
        layout_text(page, INDENT, HANGING,
                    labelled(arena, label_of(receipt, LABEL_REFERENCE), payment->reference), STYLE_PLAIN);
    }
    if (receipt->change_minor != 0)
        layout_pair(page, 0, label_of(receipt, LABEL_CHANGE),
                    receipt_amount(arena, receipt, receipt->change_minor), STYLE_STRONG);
    if (receipt_includes_charges(receipt)) {
        layout_blank(page);
        layout_text(page, 0, 0, label_of(receipt, LABEL_INCLUDED), STYLE_PLAIN);
        put_charges(page, INDENT, receipt);
    }
}

void receipt_rows(struct receipt_page *page, const struct receipt *receipt)
{
    put_seller(page, receipt);
    put_marks(page, receipt);
    put_facts(page, receipt);
    for (size_t i = 0; i < receipt->lines.count; i++)
        put_line(page, receipt, &receipt->lines.at[i]);
    put_totals(page, receipt);
    put_payments(page, receipt);
    layout_rule(page, '-');
    put_marks(page, receipt); /* again: the half of a torn paper tells it too */
    layout_lines(page, receipt->footer.len > 0 ? receipt->footer : label_of(receipt, LABEL_THANKS),
                 STYLE_PLAIN);
}
