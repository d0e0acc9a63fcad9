"""The resources of quotes: products, files and their prices, quotes on their way to clients, as the pages have them."""

from __future__ import annotations

from atmp_insure.underwriting.api import prices, products, quotes, submissions

assert prices.resources is submissions.resources, "they share one address"

RESOURCES = (products.resources, submissions.resources, quotes.resources)
