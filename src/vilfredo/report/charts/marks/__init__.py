"""How each kind of layer is drawn, one module each or two that belong together."""
