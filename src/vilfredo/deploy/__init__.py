"""From a finished search to a model: model selection, final training, the bundle."""
