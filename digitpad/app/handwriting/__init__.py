"""My hand: digits that the user has labeled, and the lesson that teaches them to the network in use."""
