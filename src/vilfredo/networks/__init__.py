"""From an architecture to a `torch.nn.Module`."""
