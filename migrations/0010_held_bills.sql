-- Parked carts: nothing is sold or reserved yet. `cart` is the cart as JSON, as the client sent it.
CREATE TABLE held_bills (
    business_id {uuid} NOT NULL,
    id {uuid} NOT NULL,
    outlet_id {uuid} NOT NULL,
    employee_id {uuid} NOT NULL,
    name {text},
    cart {text} NOT NULL,
    created_at {int} NOT NULL,
    PRIMARY KEY (business_id, id)
) {keyed};
