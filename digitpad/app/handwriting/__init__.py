"""My hand: digits that the user has labelled, and the lesson that teaches them to the network in use."""
