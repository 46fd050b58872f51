"""What trainings measured, drawn. It knows no thread and no network."""
