"""The edges to pytest and syrupy. The only folder that imports them."""
