"""What a run found, in pictures, pages and words; read from its folder only, also while the search goes on."""
