-- Messages for users.

SELECT 1;
