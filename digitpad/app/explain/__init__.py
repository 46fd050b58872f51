"""Explains why the drawing is misclassified: counterfactuals, similar training digits, attribution."""
