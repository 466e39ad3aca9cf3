-- Dining tables, whole.

SELECT 1;
