"""What the window does, without a widget: networks, trainings, their threads."""
