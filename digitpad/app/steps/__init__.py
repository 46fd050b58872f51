"""Single steps of training, with every number of them."""
