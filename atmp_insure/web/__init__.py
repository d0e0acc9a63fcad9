"""The pages: their look, their lists, sign-in, navigation, administration. Composes; no domain imports it."""
