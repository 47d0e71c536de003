"""Pictures of what networks are made of: cells, perceptrons, and how copies of a cell are stacked."""
