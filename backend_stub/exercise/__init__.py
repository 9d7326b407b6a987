"""An exercise: a backend of its own in mode exercise, whose victims and patrols live a scenario and react."""
