"""The regions of the screen: each shows a `Glance`, knows its own data and nothing of its neighbours."""
