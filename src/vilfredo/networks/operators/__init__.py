"""The operators that cells may use, one file each.

A module here is found by being here. It offers

- ``EXAMPLES``: by kind of data (``image``, ``series``), a name to show in messages, e.g. ``"3x3 conv"``;
- ``PATTERNS``: by kind of data, a compiled regular expression that matches the whole of the names it builds;
- ``WORDS`` (may be left out): what it does, for whoever has never heard of it;
- ``build(match, shape)``: the `torch.nn.Module` for a matched name and an `OperandShape`. Numbers in the name are
  sizes, checked before.

Series are images of height 1 here, and so are their kernels: what matches a single size has an empty first group.
"""
