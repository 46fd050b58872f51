"""Prediction over training: a slider over the snapshots of a run, and what each predicts."""
