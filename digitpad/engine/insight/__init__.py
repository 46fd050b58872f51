"""What a network does and why: mistakes, single passes, attribution, diagnosis."""
