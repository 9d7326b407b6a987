"""Times, ages and distances of the screen: those of every reader (`console.locale.measures`)."""

from console.locale.measures import age, clock_time, day, distance, running, share

__all__ = ["age", "clock_time", "day", "distance", "running", "share"]
