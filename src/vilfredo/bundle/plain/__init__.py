"""Layers in plain PyTorch, of which `bundle.source` puts together files that need no Vilfredo.

Each class here is pasted as it stands into the files that use it: it may use ``math``, ``torch``, ``Tensor``, ``nn``,
``F`` and other classes of this package, nothing else. None of them draws weights, all of them only answer.
"""
