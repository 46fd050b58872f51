"""The window: puts the other packages together and passes messages between them."""
