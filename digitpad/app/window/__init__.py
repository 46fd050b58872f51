"""The window: puts the rooms together and passes messages between them."""
