"""What a user would otherwise pick, trained on the same split as a search, to see whether it was worth it."""
