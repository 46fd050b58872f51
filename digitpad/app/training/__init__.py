"""The settings of a training, and how it goes. It knows no thread and no network."""
