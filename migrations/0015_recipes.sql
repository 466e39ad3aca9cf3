-- Ingredients and recipes.

SELECT 1;
