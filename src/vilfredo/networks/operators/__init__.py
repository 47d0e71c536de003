"""The operators that cells may use, one file each.

A module here is found by being here. It offers

- ``EXAMPLE``: a name to show in messages, e.g. ``"3x3 conv"``;
- ``PATTERN``: a compiled regular expression that matches the whole of the names that the module builds;
- ``build(match, shape)``: the `torch.nn.Module` for a matched name and an `OperandShape`. Numbers in the name are
  sizes, checked before.
"""
