"""What is inside the network: its units, what speaks for and against, and its idea of a digit."""
