-- Transfers between outlets.

SELECT 1;
