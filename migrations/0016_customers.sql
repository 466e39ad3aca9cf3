-- Customers and loyalty.

SELECT 1;
