"""Django's admin over the product's own tables, as somebody who knows it would set it up; only to compare with."""
