-- What a receipt says of the seller's tax: the number under which it is paid (NPWP) and its name (PPN, PBJT, VAT).

ALTER TABLE outlets ADD COLUMN tax_number {text};
ALTER TABLE outlets ADD COLUMN tax_name {text};
