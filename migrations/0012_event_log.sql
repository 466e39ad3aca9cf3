-- The event log, compacter. What a listener has done is told by its cursor, and by the rows of what failed: both change in
-- the transaction of its effects.

DROP TABLE event_processed;
