-- The event log, compacter.

SELECT 1;
