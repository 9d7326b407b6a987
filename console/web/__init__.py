"""The console in a browser: for desks that are locked down, for trainers, and for a wall.

`server` serves the page and starts a console of its own for each browser that opens it; `seat` ends such a console
with the server. The login is asked in the browser: the server knows no password.
"""
