"""What a network does and why: its mistakes, a pass through it, what speaks for an answer, what ails a training."""
