-- Kitchen orders.

SELECT 1;
